import { Injectable } from '@nestjs/common';
import { toMembers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { MessageDto } from './dto/message.dto.js';
import { messageUpdated } from './messages.contract.js';
import { MessagesRepository, type MessagePlace } from './messages.repository.js';

/**
 * The state of what a message stands for: a poll, a call. Whoever owns that keeps its state here, in the transaction that
 * changes it, and holds the conversation's lock.
 */
@Injectable()
export class MessagePayloadService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly publisher: Publisher,
  ) {}

  /** One version of the conversation; the members hear who did it, unless nobody is to know. */
  async updatePayload(message: MessagePlace, payload: object, actorId: string | null): Promise<MessageDto> {
    const row = await this.messages.updateMessageRow(message, 'payload = $3', [payload]);
    const changed = MessageDto.from(row);
    const target = toMembers(row.conversation_id, row.members_version);
    this.publisher.publish(messageUpdated, { ...changed, actorId }, target);
    return changed;
  }
}

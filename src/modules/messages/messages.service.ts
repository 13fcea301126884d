import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { newId } from '../../kernel/database/new-id.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { forbidden, notFound, unauthenticated, validationFailed } from '../../kernel/errors/base.errors.js';
import type { DefinedError } from '../../kernel/errors/app-error.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { toMembers } from '../../kernel/realtime/audience.js';
import type { Event } from '../../kernel/realtime/contract.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { codePoints } from '../../kernel/validation/rules.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import type { Action } from '../conversations/conversations.permissions.js';
import { blockedByYou, unavailable } from '../users/users.errors.js';
import type { EditMessageDto, MessageIdDto } from './dto/change-message.dto.js';
import { MessageDto, type MessageRow } from './dto/message.dto.js';
import type { SendMessageDto } from './dto/send-message.dto.js';
import { messageDeleted, messageNew, messageUpdated } from './messages.contract.js';
import { alreadyDeleted, notEditable } from './messages.errors.js';
import { MessagesRepository, type ChangedRow, type NewMessage } from './messages.repository.js';
import { SendLane } from './send-lane.js';

/** What append_messages may answer instead of a message. */
const REFUSALS: Record<string, DefinedError> = Object.fromEntries(
  [notFound, unauthenticated, blockedByYou, unavailable, clientIdReused].map((error) => [error.code, error]),
);
const EDITABLE = new Set(['text', 'image', 'video', 'voice', 'file']);

/** The life of a message: sent, edited, deleted. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly messages: MessagesRepository,
    private readonly lane: SendLane,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
  ) {}

  send(
    caller: Caller,
    { conversationId, content, type = 'text', metadata, replyToId, clientId }: SendMessageDto,
  ): Promise<MessageDto> {
    this.requireLength(content);
    return this.append({
      id: newId(),
      conversationId,
      senderId: caller.userId,
      type,
      content,
      metadata,
      replyToId,
      clientId,
    });
  }

  /** Appends a message of any type: alone, or inside the unit of work of whoever needs it to be one with their own rows. */
  async append(message: NewMessage): Promise<MessageDto> {
    const row = await this.lane.append(message);
    if (row.outcome === 'created') return this.publish(messageNew, row);
    if (row.outcome === 'duplicate') return MessageDto.from(row);
    if (row.outcome === 'reply_not_found')
      throw validationFailed(undefined, { errors: [{ field: 'replyToId', code: 'not_found' }] });
    throw (REFUSALS[row.outcome] ?? notFound)();
  }

  async get(caller: Caller, { messageId }: MessageIdDto): Promise<MessageDto> {
    const message = await this.messages.find(messageId);
    if (!message) throw notFound();
    await this.access.requireMember(caller, message.conversation_id);
    return MessageDto.from(message);
  }

  edit(caller: Caller, { messageId, content }: EditMessageDto): Promise<MessageDto> {
    this.requireLength(content);
    return this.unitOfWork.run(async () => {
      const message = await this.lockOwn(caller, messageId, 'message.edit');
      if (message.deleted_at) throw alreadyDeleted();
      if (!EDITABLE.has(message.type)) throw notEditable();
      if (message.content === content) return MessageDto.from(message);
      return this.publish(messageUpdated, await this.messages.edit(message, content));
    });
  }

  delete(caller: Caller, { messageId }: MessageIdDto): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const message = await this.lockOwn(caller, messageId, 'message.delete');
      if (message.deleted_at) return MessageDto.from(message);
      return this.publish(messageDeleted, await this.messages.bury(message));
    });
  }

  /** The message as it is once its conversation is locked, if it is the caller's. */
  private async lockOwn(caller: Caller, messageId: string, action: Action): Promise<MessageRow> {
    const conversationId = await this.messages.findConversationOf(messageId);
    if (!conversationId) throw notFound();
    await this.access.requireToChange(caller, conversationId, action);
    const message = await this.messages.find(messageId);
    if (!message) throw notFound();
    if (message.sender_id !== caller.userId) throw forbidden();
    return message;
  }

  private publish(event: Event<MessageDto>, row: ChangedRow): MessageDto {
    const message = MessageDto.from(row);
    this.publisher.publish(event, message, toMembers(row.conversation_id, row.audience_version));
    return message;
  }

  private requireLength(content: string): void {
    if (codePoints(content) > this.config.maxMessageLength) {
      throw validationFailed(undefined, { errors: [{ field: 'content', code: 'too_long' }] });
    }
  }
}

import { Injectable } from '@nestjs/common';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import type { MessageDto } from '../messages/dto/message.dto.js';
import { MessagePayloadService } from '../messages/message-payload.service.js';
import { toPollState } from './poll-results.js';
import type { PollDto } from './dto/poll.dto.js';
import { pollVoted } from './polls.contract.js';
import { PollsRepository, type PollRef } from './polls.repository.js';

/** Publishes poll results. Results are counted from the vote rows and stored in the message payload in one transaction. */
@Injectable()
export class PollResultsService {
  constructor(
    private readonly polls: PollsRepository,
    private readonly payloads: MessagePayloadService,
    private readonly publisher: Publisher,
  ) {}

  /** One version of the conversation, inside the caller's unit of work. actorId: null when a timer or an anonymous voter caused it. */
  async publishResults(
    { id, message_id, conversation_id }: PollRef,
    actorId: string | null,
  ): Promise<MessageDto> {
    const message = { id: message_id, conversation_id };
    return this.payloads.updatePayload(message, toPollState(await this.polls.getResults(id)), actorId);
  }

  /** Sends the voter's own choice to the voter's devices. Other members receive the results only. */
  publishVoted(userId: string, { id, conversationId, messageId, myOptionIds }: PollDto): void {
    const voted = { pollId: id, conversationId, messageId, optionIds: myOptionIds };
    this.publisher.publish(pollVoted, voted, toUsers(userId));
  }
}

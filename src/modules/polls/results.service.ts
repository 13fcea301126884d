import { Injectable } from '@nestjs/common';
import type { MessageDto } from '../messages/dto/message.dto.js';
import { MessagePayloadService } from '../messages/message-payload.service.js';
import { stateOf } from './poll-states.js';
import { PollsRepository, type PollPlace } from './polls.repository.js';

/** What the votes come to, for everybody. The rows are the truth; the message says it, from the same transaction. */
@Injectable()
export class ResultsService {
  constructor(
    private readonly polls: PollsRepository,
    private readonly states: MessagePayloadService,
  ) {}

  /** After a change, in its unit of work: one version, which all members hear of, and who did it where they may know. */
  async publishResults(
    { id, message_id, conversation_id }: PollPlace,
    by: string | null,
  ): Promise<MessageDto> {
    const message = { id: message_id, conversation_id };
    return this.states.updatePayload(message, stateOf(await this.polls.tally(id)), by);
  }
}

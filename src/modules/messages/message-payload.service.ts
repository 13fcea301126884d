import { Injectable } from '@nestjs/common';
import type { MessageDto } from './dto/message.dto.js';
import { MessageMutationsService } from './message-mutations.service.js';
import { MessagesRepository, type MessageLocation } from './messages.repository.js';

/** Snapshot of the public state of a poll or call in its message. */
@Injectable()
export class MessagePayloadService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly mutations: MessageMutationsService,
  ) {}

  /**
   * Replaces the snapshot and publishes the message. The caller holds the lock of the conversation, in the transaction
   * that changes the poll or call. `actorId` is null when the actor is not shown.
   */
  async updatePayload(
    message: MessageLocation,
    payload: object,
    actorId: string | null,
  ): Promise<MessageDto> {
    const row = await this.messages.updatePayload(message, payload);
    return this.mutations.publishUpdated(row, actorId);
  }
}

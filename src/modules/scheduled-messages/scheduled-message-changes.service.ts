import { Injectable } from '@nestjs/common';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { AccountVersionService } from '../users/account-version.service.js';
import { ScheduledMessageDto, type ScheduledMessageRow } from './dto/scheduled-message.dto.js';
import { scheduledMessageUpdated } from './scheduled-messages.contract.js';
import {
  ScheduledMessagesRepository,
  type NewScheduledMessage,
  type ScheduledContent,
  type ScheduledMessageEnd,
} from './scheduled-messages.repository.js';

/**
 * Versions and events of changes of scheduled messages: each takes the next account version of the sender. Callers check
 * the state. The sender is locked before the row.
 */
@Injectable()
export class ScheduledMessageChangesService {
  constructor(
    private readonly repository: ScheduledMessagesRepository,
    private readonly accountVersions: AccountVersionService,
    private readonly publisher: Publisher,
  ) {}

  async lockSender(senderId: string, { includeInactive = false } = {}): Promise<void> {
    await this.accountVersions.lockUser(senderId, { includeInactive });
  }

  async insertWaiting(message: Omit<NewScheduledMessage, 'version'>): Promise<ScheduledMessageRow> {
    const version = await this.accountVersions.increment(message.senderId);
    return this.repository.insertScheduledMessage({ ...message, version });
  }

  async updateWaiting(row: ScheduledMessageRow, content: ScheduledContent): Promise<ScheduledMessageRow> {
    return this.repository.updateContent(row, content, await this.accountVersions.increment(row.sender_id));
  }

  async endScheduledMessage(
    row: ScheduledMessageRow,
    end: ScheduledMessageEnd,
  ): Promise<ScheduledMessageDto> {
    const version = await this.accountVersions.increment(row.sender_id);
    return this.publishUpdated(await this.repository.endScheduledMessage(row, end, version));
  }

  publishUpdated(row: ScheduledMessageRow): ScheduledMessageDto {
    const scheduledMessage = ScheduledMessageDto.from(row);
    this.publisher.publish(scheduledMessageUpdated, scheduledMessage, toUsers(row.sender_id));
    return scheduledMessage;
  }
}

import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, FIRST_ID, instant, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { requireFutureDate } from '../../kernel/validation/validation-error.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { MessageValidator } from '../messages/messages.validator.js';
import {
  type ListScheduledMessagesDto,
  type ScheduledMessageIdDto,
  type ScheduleMessageDto,
  type UpdateScheduledMessageDto,
  ScheduledMessageDto,
  type ScheduledMessagePageDto,
  type ScheduledMessageRow,
} from './dto/scheduled-message.dto.js';
import { ScheduledMessageJobs } from './scheduled-messages.jobs.js';
import { ScheduledMessageChangesService } from './scheduled-message-changes.service.js';
import { notScheduled, tooManyScheduled } from './scheduled-messages.errors.js';
import { ScheduledMessagesRepository, type ScheduledContent } from './scheduled-messages.repository.js';

const MAX_WAITING = 100;
const scheduledCursor = cursor(instant, uuid);

/** Scheduled messages of the current user. Only the sender sees them. */
@Injectable()
export class ScheduledMessagesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly repository: ScheduledMessagesRepository,
    private readonly changes: ScheduledMessageChangesService,
    private readonly jobs: ScheduledMessageJobs,
    private readonly messageValidator: MessageValidator,
    private readonly access: ConversationsAccess,
  ) {}

  scheduleMessage(user: AuthUser, { sendAt, ...message }: ScheduleMessageDto): Promise<ScheduledMessageDto> {
    const { conversationId, clientId, type = 'text' } = message;
    const { userId: senderId } = user;
    return this.unitOfWork.run(async () => {
      await this.changes.lockSender(senderId);
      const existing =
        clientId === undefined ? null : await this.repository.findScheduledByClientId(senderId, clientId);
      if (existing && existing.conversation_id !== conversationId) throw clientIdReused();
      if (existing) return ScheduledMessageDto.from(existing);
      await this.access.authorize(user, conversationId, 'message.schedule');
      await this.messageValidator.validateSendable(user, message);
      if ((await this.repository.countWaiting(senderId)) >= MAX_WAITING) throw tooManyScheduled();
      const row = await this.changes.insertWaiting({
        id: newId(),
        senderId,
        ...message,
        type,
        sendAt: requireFutureDate('sendAt', sendAt),
      });
      await this.jobs.scheduleSendJob(row);
      return this.changes.publishUpdated(row);
    });
  }

  async listScheduledMessages(
    { userId }: AuthUser,
    query: ListScheduledMessagesDto,
  ): Promise<ScheduledMessagePageDto> {
    const [at, id] = scheduledCursor.decode(query.cursor, [new Date(0), FIRST_ID]);
    const { conversationId, limit } = query;
    const rows = await this.repository.listScheduledMessages(userId, conversationId, { at, id }, limit + 1);
    const { page, nextCursor } = toPage(rows, limit, (last) => scheduledCursor.encode(last.send_at, last.id));
    return { items: page.map((row) => ScheduledMessageDto.from(row)), nextCursor };
  }

  updateScheduledMessage(
    user: AuthUser,
    { scheduledMessageId, sendAt, ...change }: UpdateScheduledMessageDto,
  ): Promise<ScheduledMessageDto> {
    return this.unitOfWork.run(async () => {
      const row = await this.lockOwnMessage(user, scheduledMessageId);
      if (row.state !== 'scheduled') throw notScheduled();
      const content: ScheduledContent = {
        content: change.content ?? row.content,
        metadata: change.metadata === undefined ? row.metadata : change.metadata,
        mentions: change.mentions ?? row.mentions,
        mentions_all: change.mentionsAll ?? row.mentions_all,
        send_at: sendAt === undefined ? row.send_at : requireFutureDate('sendAt', sendAt),
      };
      if (isDeepStrictEqual(toScheduledContent(row), content)) return ScheduledMessageDto.from(row);
      await this.messageValidator.validateSendable(user, {
        conversationId: row.conversation_id,
        content: change.content,
        mentionsAll: change.mentionsAll,
      });
      const changed = await this.changes.updateWaiting(row, content);
      if (content.send_at !== row.send_at) await this.jobs.scheduleSendJob(changed);
      return this.changes.publishUpdated(changed);
    });
  }

  cancelScheduledMessage(
    user: AuthUser,
    { scheduledMessageId }: ScheduledMessageIdDto,
  ): Promise<ScheduledMessageDto> {
    return this.unitOfWork.run(async () => {
      const row = await this.lockOwnMessage(user, scheduledMessageId);
      if (row.state === 'cancelled') return ScheduledMessageDto.from(row);
      if (row.state === 'sent') throw notScheduled();
      return this.changes.endScheduledMessage(row, { state: 'cancelled' });
    });
  }

  /** Messages changed after an account version, in version order. */
  async listAccountChanges(userId: string, after: number, limit: number): Promise<ScheduledMessageDto[]> {
    const rows = await this.repository.listChangedScheduledMessages(userId, after, limit);
    return rows.map((row) => ScheduledMessageDto.from(row));
  }

  /** Greatest account version of a deleted finished message; 0 for none. */
  getDeletedVersion(userId: string): Promise<number> {
    return this.repository.getDeletedVersion(userId);
  }

  private async lockOwnMessage(user: AuthUser, scheduledMessageId: string): Promise<ScheduledMessageRow> {
    await this.changes.lockSender(user.userId);
    const row = await this.repository.lockScheduledMessage(scheduledMessageId);
    if (row?.sender_id !== user.userId) throw notFound();
    return row;
  }
}

function toScheduledContent(row: ScheduledMessageRow): ScheduledContent {
  const { content, metadata, mentions, mentions_all, send_at } = row;
  return { content, metadata, mentions, mentions_all, send_at };
}

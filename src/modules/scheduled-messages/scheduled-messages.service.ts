import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { decodeCursor, FIRST_ID, isId, isInstant } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
import { requireFutureDate } from '../../kernel/validation/validation-error.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { MessagesService } from '../messages/messages.service.js';
import { AccountVersionService } from '../users/account-version.service.js';
import type {
  ListScheduledMessagesDto,
  ScheduledMessageIdDto,
  ScheduleMessageDto,
  UpdateScheduledMessageDto,
} from './dto/schedule-message.dto.js';
import {
  ScheduledMessageDto,
  type ScheduledMessagePageDto,
  type ScheduledMessageRow,
} from './dto/scheduled-message.dto.js';
import { ScheduledDeliveryService } from './scheduled-delivery.service.js';
import { notScheduled, tooManyScheduled } from './scheduled-messages.errors.js';
import { ScheduledMessagesRepository, type After, type Wording } from './scheduled-messages.repository.js';

const MAX_QUEUED = 100;

/** What is to be sent later, of one person for themselves: written, changed, cancelled. */
@Injectable()
export class ScheduledMessagesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly scheduled: ScheduledMessagesRepository,
    private readonly counter: AccountVersionService,
    private readonly due: ScheduledDeliveryService,
    private readonly messages: MessagesService,
    private readonly access: ConversationsAccess,
  ) {}

  create(user: AuthUser, { sendAt, ...message }: ScheduleMessageDto): Promise<ScheduledMessageDto> {
    const { conversationId, clientId, type = 'text' } = message;
    const { userId: senderId } = user;
    return this.unitOfWork.run(async () => {
      await this.counter.lockUser(senderId);
      const first = clientId === undefined ? null : await this.scheduled.findByClientId(senderId, clientId);
      if (first && first.conversation_id !== conversationId) throw clientIdReused();
      if (first) return ScheduledMessageDto.from(first);
      await this.access.authorize(user, conversationId, 'message.schedule');
      await this.messages.validateSendable(user, message);
      if ((await this.scheduled.countWaiting(senderId)) >= MAX_QUEUED) throw tooManyScheduled();
      const row = await this.scheduled.insert({
        id: newId(),
        senderId,
        ...message,
        type,
        sendAt: requireFutureDate('sendAt', sendAt),
        version: await this.counter.increment(senderId),
      });
      await this.due.schedule(row);
      return this.due.tell(row);
    });
  }

  async list(
    { userId }: AuthUser,
    { conversationId, cursor, limit = 50 }: ListScheduledMessagesDto,
  ): Promise<ScheduledMessagePageDto> {
    const rows = await this.scheduled.page(userId, conversationId, placeOf(cursor), limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, ({ send_at, id }) => [send_at.getTime(), id]);
    return { items: page.map((row) => ScheduledMessageDto.from(row)), nextCursor };
  }

  update(
    user: AuthUser,
    { scheduledMessageId, sendAt, ...change }: UpdateScheduledMessageDto,
  ): Promise<ScheduledMessageDto> {
    return this.unitOfWork.run(async () => {
      const row = await this.lockOwn(user, scheduledMessageId);
      if (row.state !== 'scheduled') throw notScheduled();
      const before: Wording = pick(row);
      const after: Wording = {
        content: change.content ?? row.content,
        metadata: change.metadata === undefined ? row.metadata : change.metadata,
        mentions: change.mentions ?? row.mentions,
        mentions_all: change.mentionsAll ?? row.mentions_all,
        send_at: sendAt === undefined ? row.send_at : requireFutureDate('sendAt', sendAt),
      };
      if (isDeepStrictEqual(before, after)) return ScheduledMessageDto.from(row);
      const { content, mentionsAll } = change;
      await this.messages.validateSendable(user, {
        conversationId: row.conversation_id,
        content,
        mentionsAll,
      });
      const changed = await this.scheduled.update(row, after, await this.counter.increment(row.sender_id));
      if (after.send_at !== row.send_at) await this.due.schedule(changed);
      return this.due.tell(changed);
    });
  }

  cancel(user: AuthUser, { scheduledMessageId }: ScheduledMessageIdDto): Promise<ScheduledMessageDto> {
    return this.unitOfWork.run(async () => {
      const row = await this.lockOwn(user, scheduledMessageId);
      if (row.state === 'cancelled') return ScheduledMessageDto.from(row);
      if (row.state === 'sent') throw notScheduled();
      return this.due.end(row, { state: 'cancelled' });
    });
  }

  sendNow({ userId }: AuthUser, { scheduledMessageId }: ScheduledMessageIdDto): Promise<ScheduledMessageDto> {
    return this.unitOfWork.run(async () => {
      const row = await this.scheduled.find(scheduledMessageId);
      if (row?.sender_id !== userId) throw notFound();
      return this.due.sendNow(row);
    });
  }

  /** What has changed for this person after this value of their counter `me`, in the order of the changes. */
  async changedAfter(userId: string, after: number, limit: number): Promise<ScheduledMessageDto[]> {
    const rows = await this.scheduled.changedAfter(userId, after, limit);
    return rows.map((row) => ScheduledMessageDto.from(row));
  }

  private async lockOwn(user: AuthUser, scheduledMessageId: string): Promise<ScheduledMessageRow> {
    await this.counter.lockUser(user.userId);
    const row = await this.scheduled.lock(scheduledMessageId);
    if (row?.sender_id !== user.userId) throw notFound();
    return row;
  }
}

function placeOf(cursor: string | undefined): After {
  if (!cursor) return { at: new Date(0), id: FIRST_ID };
  const [at, id] = decodeCursor(cursor, isInstant, isId);
  return { at: new Date(at as number), id: id as string };
}

function pick({ content, metadata, mentions, mentions_all, send_at }: ScheduledMessageRow): Wording {
  return { content, metadata, mentions, mentions_all, send_at };
}

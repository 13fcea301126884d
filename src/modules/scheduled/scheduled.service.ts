import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/database/new-id.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { decodeCursor, FIRST_ID, isId, isInstant } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
import { comingInstant } from '../../kernel/validation/coming.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { MessagesService } from '../messages/messages.service.js';
import { CounterService } from '../users/counter.service.js';
import type {
  ListScheduledDto,
  ScheduledIdDto,
  ScheduleMessageDto,
  UpdateScheduledDto,
} from './dto/schedule-message.dto.js';
import {
  ScheduledMessageDto,
  type ScheduledPageDto,
  type ScheduledRow,
} from './dto/scheduled-message.dto.js';
import { DueService } from './due.service.js';
import { notScheduled, tooManyScheduled } from './scheduled.errors.js';
import { ScheduledRepository, type After, type Wording } from './scheduled.repository.js';

const MOST_WAITING = 100;

/** What is to be sent later, of one person for themselves: written, changed, cancelled. */
@Injectable()
export class ScheduledService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly scheduled: ScheduledRepository,
    private readonly counter: CounterService,
    private readonly due: DueService,
    private readonly messages: MessagesService,
    private readonly access: ConversationsAccess,
  ) {}

  create(caller: Caller, { sendAt, ...message }: ScheduleMessageDto): Promise<ScheduledMessageDto> {
    const { conversationId, clientId, type = 'text' } = message;
    const { userId: senderId } = caller;
    return this.unitOfWork.run(async () => {
      await this.counter.lock(senderId);
      const first = clientId === undefined ? null : await this.scheduled.findByClientId(senderId, clientId);
      if (first && first.conversation_id !== conversationId) throw clientIdReused();
      if (first) return ScheduledMessageDto.from(first);
      await this.access.requireTo(caller, conversationId, 'message.schedule');
      await this.messages.requireGood(caller, message);
      if ((await this.scheduled.countWaiting(senderId)) >= MOST_WAITING) throw tooManyScheduled();
      const row = await this.scheduled.insert({
        id: newId(),
        senderId,
        ...message,
        type,
        sendAt: comingInstant('sendAt', sendAt),
        version: await this.counter.next(senderId),
      });
      await this.due.expect(row);
      return this.due.tell(row);
    });
  }

  async list(
    { userId }: Caller,
    { conversationId, cursor, limit = 50 }: ListScheduledDto,
  ): Promise<ScheduledPageDto> {
    const rows = await this.scheduled.page(userId, conversationId, placeOf(cursor), limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, ({ send_at, id }) => [send_at.getTime(), id]);
    return { items: page.map((row) => ScheduledMessageDto.from(row)), nextCursor };
  }

  update(
    caller: Caller,
    { scheduledId, sendAt, ...change }: UpdateScheduledDto,
  ): Promise<ScheduledMessageDto> {
    return this.unitOfWork.run(async () => {
      const row = await this.lockOwn(caller, scheduledId);
      if (row.state !== 'scheduled') throw notScheduled();
      const before: Wording = pick(row);
      const after: Wording = {
        content: change.content ?? row.content,
        metadata: change.metadata === undefined ? row.metadata : change.metadata,
        mentions: change.mentions ?? row.mentions,
        mentions_all: change.mentionsAll ?? row.mentions_all,
        send_at: sendAt === undefined ? row.send_at : comingInstant('sendAt', sendAt),
      };
      if (isDeepStrictEqual(before, after)) return ScheduledMessageDto.from(row);
      const { content, mentionsAll } = change;
      await this.messages.requireGood(caller, { conversationId: row.conversation_id, content, mentionsAll });
      const changed = await this.scheduled.update(row, after, await this.counter.next(row.sender_id));
      if (after.send_at !== row.send_at) await this.due.expect(changed);
      return this.due.tell(changed);
    });
  }

  cancel(caller: Caller, { scheduledId }: ScheduledIdDto): Promise<ScheduledMessageDto> {
    return this.unitOfWork.run(async () => {
      const row = await this.lockOwn(caller, scheduledId);
      if (row.state === 'cancelled') return ScheduledMessageDto.from(row);
      if (row.state === 'sent') throw notScheduled();
      return this.due.end(row, { state: 'cancelled' });
    });
  }

  sendNow({ userId }: Caller, { scheduledId }: ScheduledIdDto): Promise<ScheduledMessageDto> {
    return this.unitOfWork.run(async () => {
      const row = await this.scheduled.find(scheduledId);
      if (row?.sender_id !== userId) throw notFound();
      return this.due.sendNow(row);
    });
  }

  /** What has changed for this person after this value of their counter `me`, in the order of the changes. */
  async changedAfter(userId: string, after: number, limit: number): Promise<ScheduledMessageDto[]> {
    const rows = await this.scheduled.changedAfter(userId, after, limit);
    return rows.map((row) => ScheduledMessageDto.from(row));
  }

  private async lockOwn(caller: Caller, scheduledId: string): Promise<ScheduledRow> {
    await this.counter.lock(caller.userId);
    const row = await this.scheduled.lock(scheduledId);
    if (row?.sender_id !== caller.userId) throw notFound();
    return row;
  }
}

function placeOf(cursor: string | undefined): After {
  if (!cursor) return { at: new Date(0), id: FIRST_ID };
  const [at, id] = decodeCursor(cursor, isInstant, isId);
  return { at: new Date(at as number), id: id as string };
}

function pick({ content, metadata, mentions, mentions_all, send_at }: ScheduledRow): Wording {
  return { content, metadata, mentions, mentions_all, send_at };
}

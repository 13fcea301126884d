import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import { notFound } from '../../../kernel/errors/base.errors.js';
import type { Caller } from '../../../kernel/identity/caller.js';
import { beforePlace } from '../../../kernel/paging/cursor.js';
import { pageOf } from '../../../kernel/paging/page.js';
import { toUsers } from '../../../kernel/realtime/audience.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { sessionResync } from '../../../kernel/realtime/sessions.contract.js';
import { refuse } from '../../../kernel/validation/refuse.js';
import { CounterService } from '../../users/counter.service.js';
import { UsersService } from '../../users/users.service.js';
import { ChangesRepository } from '../changes.repository.js';
import type { MessageIdDto } from '../dto/change-message.dto.js';
import { MessageDto, namedBy, type MessageRow } from '../dto/message.dto.js';
import { MessagesAccess } from '../messages.access.js';
import { sliceOf } from '../slices.js';
import { MyThreadDto } from './dto/my-thread.dto.js';
import type { ReadThreadDto } from './dto/read-thread.dto.js';
import type { GetThreadDto, ListThreadsDto, ThreadListDto, ThreadPageDto } from './dto/thread-page.dto.js';
import { FollowsRepository } from './follows.repository.js';
import { RepliesRepository } from './replies.repository.js';
import { threadUpdated } from './threads.contract.js';

/** What the replies under a message are to me: whether I follow them, how far I have read, and what is there. */
@Injectable()
export class ThreadsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly follows: FollowsRepository,
    private readonly replies: RepliesRepository,
    private readonly changes: ChangesRepository,
    private readonly access: MessagesAccess,
    private readonly counter: CounterService,
    private readonly users: UsersService,
    private readonly publisher: Publisher,
  ) {}

  follow(caller: Caller, { messageId }: MessageIdDto): Promise<MyThreadDto> {
    return this.change(caller, messageId, () => this.follows.follow(caller.userId, messageId));
  }

  unfollow(caller: Caller, { messageId }: MessageIdDto): Promise<MyThreadDto> {
    return this.change(caller, messageId, () => this.follows.unfollow(caller.userId, messageId));
  }

  read(caller: Caller, { messageId, seq }: ReadThreadDto): Promise<MyThreadDto> {
    return this.change(caller, messageId, () => this.follows.read(caller.userId, messageId, seq));
  }

  async get(caller: Caller, { messageId, ...asked }: GetThreadDto): Promise<ThreadPageDto> {
    const { userId } = caller;
    const root = MessageDto.from(await this.requireRoot(caller, messageId));
    const { rows, nextCursor } = await sliceOf(
      {
        before: (seq, limit) => this.replies.pageBefore(userId, messageId, seq, limit),
        after: (seq, limit) => this.replies.pageAfter(userId, messageId, seq, limit),
      },
      asked,
    );
    const items = rows.map((row) => MessageDto.from(row));
    return {
      root,
      me: await this.mine(userId, messageId),
      items,
      nextCursor,
      users: await this.users.cards([root, ...items].flatMap(namedBy)),
    };
  }

  async list(caller: Caller, { show = 'all', cursor, limit = 50 }: ListThreadsDto): Promise<ThreadListDto> {
    const { userId } = caller;
    await this.users.requireActive(caller);
    const asked = { userId, show, before: beforePlace(cursor), limit: limit + 1 };
    const rows = await this.follows.page(asked);
    const { page, nextCursor } = pageOf(rows, limit, ({ at, root_id }) => [at.getTime(), root_id]);
    const ids = page.flatMap(({ root_id, last_reply_id }) => [root_id, last_reply_id ?? []].flat());
    const named = (await this.changes.byIds(userId, ids)).map((row) => MessageDto.from(row));
    const messages = new Map(named.map((message) => [message.id, message]));
    const items = page.map((row) => ({
      root: messages.get(row.root_id)!,
      lastReply: messages.get(row.last_reply_id ?? '') ?? null,
      me: MyThreadDto.from(row),
    }));
    return { items, nextCursor, users: await this.users.cards(named.flatMap(namedBy)) };
  }

  /** Where I have not read everything. */
  async unread(userId: string): Promise<{ conversationId: string; rootId: string; unread: number }[]> {
    const rows = await this.follows.unread(userId);
    return rows.map(({ conversation_id, root_id, unread }) => ({
      conversationId: conversation_id,
      rootId: root_id,
      unread,
    }));
  }

  /** All of them: one change of mine, or part of the one that has just been made, so that my devices are told to sync. */
  async readAll({ userId }: Caller, { asPart }: { asPart: boolean }): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.counter.lock(userId);
      const hasChanged = await this.follows.readAll(userId, asPart ? 0 : 1);
      if (hasChanged && !asPart) this.publisher.publish(sessionResync, {}, toUsers(userId));
    });
  }

  async changedAfter(userId: string, after: number, limit: number): Promise<MyThreadDto[]> {
    return (await this.follows.changedAfter(userId, after, limit)).map((row) => MyThreadDto.from(row));
  }

  /** For sync: those that I follow in each of these conversations and that have changed after a version of it. */
  async inConversations(
    userId: string,
    since: readonly { id: string; version: number }[],
  ): Promise<Map<string, MyThreadDto[]>> {
    const found = new Map<string, MyThreadDto[]>();
    for (const row of await this.follows.inConversations(userId, since)) {
      const threads = found.get(row.conversation_id) ?? [];
      threads.push(MyThreadDto.from(row));
      found.set(row.conversation_id, threads);
    }
    return found;
  }

  private change(caller: Caller, rootId: string, work: () => Promise<boolean>): Promise<MyThreadDto> {
    return this.unitOfWork.run(async () => {
      await this.counter.lock(caller.userId);
      await this.requireRoot(caller, rootId);
      const hasChanged = await work();
      const mine = await this.mine(caller.userId, rootId);
      if (hasChanged) this.publisher.publish(threadUpdated, mine, toUsers(caller.userId));
      return mine;
    });
  }

  /** A message that can have a thread, where I am. */
  private async requireRoot(caller: Caller, messageId: string): Promise<MessageRow> {
    const root = await this.access.requireReader(caller, messageId);
    if (root.thread_root_id) throw refuse([{ field: 'messageId', code: 'is_a_reply' }]);
    return root;
  }

  private async mine(userId: string, rootId: string): Promise<MyThreadDto> {
    const [row] = await this.follows.of(rootId, [userId]);
    if (!row) throw notFound();
    return MyThreadDto.from(row);
  }
}

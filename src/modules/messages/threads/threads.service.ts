import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import { notFound } from '../../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { beforePlace } from '../../../kernel/paging/cursor.js';
import { pageOf } from '../../../kernel/paging/page.js';
import { toUsers } from '../../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { sessionResync } from '../../../kernel/identity/sessions.contract.js';
import { validationError } from '../../../kernel/validation/validation-error.js';
import { AccountVersionService } from '../../users/account-version.service.js';
import { UsersService } from '../../users/users.service.js';
import { MessageDeltaRepository } from '../message-delta.repository.js';
import type { MessageIdDto } from '../dto/change-message.dto.js';
import { MessageDto, referencedUserIds, type MessageRow } from '../dto/message.dto.js';
import { MessagesAccess } from '../messages.access.js';
import { loadSeqPage } from '../message-pages.js';
import { ThreadSubscriptionDto } from './dto/thread-subscription.dto.js';
import type { ReadThreadDto } from './dto/read-thread.dto.js';
import type { GetThreadDto, ListThreadsDto, ThreadListDto, ThreadPageDto } from './dto/thread-page.dto.js';
import { ThreadSubscriptionsRepository } from './thread-subscriptions.repository.js';
import { RepliesRepository } from './replies.repository.js';
import { threadUpdated } from './threads.contract.js';

/** What the replies under a message are to me: whether I follow them, how far I have read, and what is there. */
@Injectable()
export class ThreadsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly follows: ThreadSubscriptionsRepository,
    private readonly replies: RepliesRepository,
    private readonly changes: MessageDeltaRepository,
    private readonly access: MessagesAccess,
    private readonly counter: AccountVersionService,
    private readonly users: UsersService,
    private readonly publisher: Publisher,
  ) {}

  follow(user: AuthUser, { messageId }: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.change(user, messageId, () => this.follows.follow(user.userId, messageId));
  }

  unfollow(user: AuthUser, { messageId }: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.change(user, messageId, () => this.follows.unfollow(user.userId, messageId));
  }

  read(user: AuthUser, { messageId, seq }: ReadThreadDto): Promise<ThreadSubscriptionDto> {
    return this.change(user, messageId, () => this.follows.read(user.userId, messageId, seq));
  }

  async get(user: AuthUser, { messageId, ...asked }: GetThreadDto): Promise<ThreadPageDto> {
    const { userId } = user;
    const root = MessageDto.from(await this.requireRoot(user, messageId));
    const { rows, nextCursor } = await loadSeqPage(
      {
        before: (seq, limit) => this.replies.pageBefore(userId, messageId, seq, limit),
        after: (seq, limit) => this.replies.pageAfter(userId, messageId, seq, limit),
      },
      asked,
    );
    const items = rows.map((row) => MessageDto.from(row));
    return {
      root,
      subscription: await this.mine(userId, messageId),
      items,
      nextCursor,
      users: await this.users.findSummaries([root, ...items].flatMap(referencedUserIds)),
    };
  }

  async list(user: AuthUser, { filter = 'all', cursor, limit = 50 }: ListThreadsDto): Promise<ThreadListDto> {
    const { userId } = user;
    await this.users.requireActive(user);
    const asked = { userId, filter, before: beforePlace(cursor), limit: limit + 1 };
    const rows = await this.follows.page(asked);
    const { page, nextCursor } = pageOf(rows, limit, ({ at, thread_root_id }) => [
      at.getTime(),
      thread_root_id,
    ]);
    const ids = page.flatMap(({ thread_root_id, last_reply_id }) =>
      [thread_root_id, last_reply_id ?? []].flat(),
    );
    const named = (await this.changes.byIds(userId, ids)).map((row) => MessageDto.from(row));
    const messages = new Map(named.map((message) => [message.id, message]));
    const items = page.map((row) => ({
      root: messages.get(row.thread_root_id)!,
      lastReply: messages.get(row.last_reply_id ?? '') ?? null,
      subscription: ThreadSubscriptionDto.from(row),
    }));
    return { items, nextCursor, users: await this.users.findSummaries(named.flatMap(referencedUserIds)) };
  }

  /** Where I have not read everything. */
  async unread(userId: string): Promise<{ conversationId: string; threadRootId: string; unread: number }[]> {
    const rows = await this.follows.unread(userId);
    return rows.map(({ conversation_id, thread_root_id, unread }) => ({
      conversationId: conversation_id,
      threadRootId: thread_root_id,
      unread,
    }));
  }

  /** All of them: one change of mine, or part of the one that has just been made, so that my devices are told to sync. */
  async readAll({ userId }: AuthUser, { asPart }: { asPart: boolean }): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.counter.lockUser(userId);
      const hasChanged = await this.follows.readAll(userId, asPart ? 0 : 1);
      if (hasChanged && !asPart) this.publisher.publish(sessionResync, {}, toUsers(userId));
    });
  }

  async changedAfter(userId: string, after: number, limit: number): Promise<ThreadSubscriptionDto[]> {
    return (await this.follows.changedAfter(userId, after, limit)).map((row) =>
      ThreadSubscriptionDto.from(row),
    );
  }

  /** For sync: those that I follow in each of these conversations and that have changed after a version of it. */
  async inConversations(
    userId: string,
    since: readonly { id: string; version: number }[],
  ): Promise<Map<string, ThreadSubscriptionDto[]>> {
    const found = new Map<string, ThreadSubscriptionDto[]>();
    for (const row of await this.follows.inConversations(userId, since)) {
      const threads = found.get(row.conversation_id) ?? [];
      threads.push(ThreadSubscriptionDto.from(row));
      found.set(row.conversation_id, threads);
    }
    return found;
  }

  private change(
    user: AuthUser,
    threadRootId: string,
    work: () => Promise<boolean>,
  ): Promise<ThreadSubscriptionDto> {
    return this.unitOfWork.run(async () => {
      await this.counter.lockUser(user.userId);
      await this.requireRoot(user, threadRootId);
      const hasChanged = await work();
      const mine = await this.mine(user.userId, threadRootId);
      if (hasChanged) this.publisher.publish(threadUpdated, mine, toUsers(user.userId));
      return mine;
    });
  }

  /** A message that can have a thread, where I am. */
  private async requireRoot(user: AuthUser, messageId: string): Promise<MessageRow> {
    const root = await this.access.requireReader(user, messageId);
    if (root.thread_root_id) throw validationError([{ field: 'messageId', code: 'is_thread_reply' }]);
    return root;
  }

  private async mine(userId: string, threadRootId: string): Promise<ThreadSubscriptionDto> {
    const [row] = await this.follows.of(threadRootId, [userId]);
    if (!row) throw notFound();
    return ThreadSubscriptionDto.from(row);
  }
}

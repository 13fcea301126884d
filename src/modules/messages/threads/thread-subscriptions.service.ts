import { Injectable } from '@nestjs/common';
import { groupByConversation } from '../../../kernel/database/row-of.js';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import { notFound } from '../../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { toUsers } from '../../../kernel/realtime/recipient-resolver.js';
import { sessionResync } from '../../../kernel/identity/sessions.contract.js';
import { validationError } from '../../../kernel/validation/validation-error.js';
import { AccountVersionService } from '../../users/account-version.service.js';
import type { MessageIdDto, MessageRow } from '../dto/message.dto.js';
import { ThreadSubscriptionDto, type ReadThreadDto } from '../dto/threads.dto.js';
import { MessagesAccess } from '../messages.access.js';
import { ThreadSubscriptionsRepository } from './thread-subscriptions.repository.js';
import { threadUpdated } from './threads.contract.js';

/**
 * Thread subscriptions: following, read position and unread replies of one user. The sender of the root, the senders of
 * replies and the users mentioned in replies follow a thread automatically, unless they unfollowed it.
 */
@Injectable()
export class ThreadSubscriptionsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly subscriptions: ThreadSubscriptionsRepository,
    private readonly access: MessagesAccess,
    private readonly accountVersions: AccountVersionService,
    private readonly publisher: Publisher,
  ) {}

  followThread(user: AuthUser, { messageId }: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.updateSubscription(user, messageId, () => this.subscriptions.follow(user.userId, messageId));
  }

  unfollowThread(user: AuthUser, { messageId }: MessageIdDto): Promise<ThreadSubscriptionDto> {
    return this.updateSubscription(user, messageId, () =>
      this.subscriptions.unfollow(user.userId, messageId),
    );
  }

  readThread(user: AuthUser, { messageId, seq }: ReadThreadDto): Promise<ThreadSubscriptionDto> {
    return this.updateSubscription(user, messageId, () =>
      this.subscriptions.updateReadPosition(user.userId, messageId, seq),
    );
  }

  /**
   * Marks all threads of the user as read. With `isCoveredByResync` the change belongs to the account version of the surrounding
   * change; otherwise it increments the account version and requests a sync from all devices.
   */
  async readAllThreads(
    { userId }: AuthUser,
    { isCoveredByResync }: { isCoveredByResync: boolean },
  ): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.accountVersions.lockUser(userId);
      const hasChanged = await this.subscriptions.markAllRead(userId, isCoveredByResync ? 0 : 1);
      if (hasChanged && !isCoveredByResync) this.publisher.publish(sessionResync, {}, toUsers(userId));
    });
  }

  /**
   * Locks all users that a later reply of this transaction may subscribe, in one order. Called before the sender is locked
   * for another reason, which would break the lock order.
   */
  async lockParticipants(threadRootId: string, senderId: string, mentions: readonly string[]): Promise<void> {
    await this.subscriptions.lockUnsubscribed(threadRootId, [senderId, ...mentions], senderId);
  }

  /**
   * Subscribes the sender and the mentioned users of a thread reply, and the sender of the root. Runs in the unit of work
   * of the reply, which holds the lock of the conversation: users are locked after it. No effect outside threads.
   */
  async subscribeParticipants({ thread_root_id: threadRootId, ...reply }: MessageRow): Promise<void> {
    if (!threadRootId) return;
    const participantIds = [reply.sender_id!, ...(reply.mentions ?? [])];
    const lockedIds = await this.subscriptions.lockUnsubscribed(threadRootId, participantIds);
    if (lockedIds.length === 0) return;
    const subscribedIds = await this.subscriptions.insertSubscriptions(threadRootId, reply, lockedIds);
    for (const row of await this.subscriptions.findSubscriptions(threadRootId, subscribedIds))
      this.publisher.publish(threadUpdated, ThreadSubscriptionDto.from(row), toUsers(row.user_id));
  }

  async getSubscription(userId: string, threadRootId: string): Promise<ThreadSubscriptionDto> {
    const [row] = await this.subscriptions.findSubscriptions(threadRootId, [userId]);
    if (!row) throw notFound();
    return ThreadSubscriptionDto.from(row);
  }

  /** Threads of the user with unread replies. */
  async findUnreadThreads(
    userId: string,
  ): Promise<{ conversationId: string; threadRootId: string; unread: number }[]> {
    const rows = await this.subscriptions.findUnreadThreads(userId);
    return rows.map(({ conversation_id, thread_root_id, unread }) => ({
      conversationId: conversation_id,
      threadRootId: thread_root_id,
      unread,
    }));
  }

  /** Subscriptions changed after an account version, in the order of their versions. */
  async listAccountChanges(userId: string, version: number, limit: number): Promise<ThreadSubscriptionDto[]> {
    const rows = await this.subscriptions.findChangedAfter(userId, version, limit);
    return rows.map((row) => ThreadSubscriptionDto.from(row));
  }

  /** Followed threads by conversation whose roots changed after a version of the conversation. */
  async findChangedInConversations(
    userId: string,
    conversations: readonly { id: string; version: number }[],
  ): Promise<Map<string, ThreadSubscriptionDto[]>> {
    const rows = await this.subscriptions.findChangedInConversations(userId, conversations);
    return groupByConversation(rows, (row) => ThreadSubscriptionDto.from(row));
  }

  /** Message that can have a thread, as seen by the given user. */
  async requireThreadRoot(user: AuthUser, messageId: string): Promise<MessageRow> {
    const root = await this.access.requireReader(user, messageId);
    if (root.thread_root_id) throw validationError([{ field: 'messageId', code: 'is_thread_reply' }]);
    return root;
  }

  private updateSubscription(
    user: AuthUser,
    threadRootId: string,
    update: () => Promise<boolean>,
  ): Promise<ThreadSubscriptionDto> {
    return this.unitOfWork.run(async () => {
      await this.accountVersions.lockUser(user.userId);
      await this.requireThreadRoot(user, threadRootId);
      const hasChanged = await update();
      const subscription = await this.getSubscription(user.userId, threadRootId);
      if (hasChanged) this.publisher.publish(threadUpdated, subscription, toUsers(user.userId));
      return subscription;
    });
  }
}

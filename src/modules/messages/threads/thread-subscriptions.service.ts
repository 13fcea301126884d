import { Injectable } from '@nestjs/common';
import { Config } from '../../../kernel/config/config.js';
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

/** Thread subscriptions: following, read position and unread replies of one user. */
@Injectable()
export class ThreadSubscriptionsService {
  constructor(
    private readonly config: Config,
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
      this.subscriptions.updateReadPosition(user.userId, messageId, seq, this.config.receiptsMaxMembers),
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

  /** Counts a change of the unread counts by a reply that the user has hidden, and publishes it. The user is locked. */
  async publishHiddenReply(userId: string, threadRootId: string, seq: number): Promise<void> {
    if (await this.subscriptions.incrementIfUnread(userId, threadRootId, seq))
      this.publisher.publish(
        threadUpdated,
        await this.getSubscription(userId, threadRootId),
        toUsers(userId),
      );
  }

  async getSubscription(userId: string, threadRootId: string): Promise<ThreadSubscriptionDto> {
    const [row] = await this.subscriptions.findSubscriptions(threadRootId, [userId]);
    if (!row) throw notFound();
    return ThreadSubscriptionDto.from(row);
  }

  /** Threads of the user with unread replies. */
  async findUnreadThreads(
    userId: string,
  ): Promise<{ conversationId: string; threadRootId: string; unread: number; mentions: number }[]> {
    const rows = await this.subscriptions.findUnreadThreads(userId);
    return rows.map(({ conversation_id, thread_root_id, unread, mentions }) => ({
      conversationId: conversation_id,
      threadRootId: thread_root_id,
      unread,
      mentions,
    }));
  }

  /** Subscriptions changed after an account version, in the order of their versions. */
  async listAccountChanges(userId: string, version: number, limit: number): Promise<ThreadSubscriptionDto[]> {
    const rows = await this.subscriptions.findChangedAfter(userId, version, limit);
    return rows.map((row) => ThreadSubscriptionDto.from(row));
  }

  /** Followed threads by conversation whose roots changed after a version of the conversation, and those of the given roots. */
  async findChangedInConversations(
    userId: string,
    conversations: readonly { id: string; version: number }[],
    threadRootIds: readonly string[] = [],
  ): Promise<Map<string, ThreadSubscriptionDto[]>> {
    const rows = await this.subscriptions.findChangedInConversations(userId, conversations, threadRootIds);
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

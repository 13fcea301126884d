import { Injectable } from '@nestjs/common';
import { Config } from '../../../kernel/config/config.js';
import { job } from '../../../kernel/jobs/job.js';
import { Jobs } from '../../../kernel/jobs/jobs.js';
import { FIRST_ID } from '../../../kernel/paging/cursor.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { toUsers } from '../../../kernel/realtime/recipient-resolver.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import type { MessageRow } from '../dto/message.dto.js';
import { ThreadSubscriptionDto } from '../dto/threads.dto.js';
import { ThreadSubscriptionsRepository, type MentioningReply } from './thread-subscriptions.repository.js';
import { threadUpdated } from './threads.contract.js';

/** Largest conversation whose members are all subscribed by a mention of all. In a larger one it counts for subscribers. */
const MAX_SUBSCRIBED_MEMBERS = 1_000;
/** Members that one transaction subscribes, as many as a reply mentions by id: their replies are counted under locks. */
const PART_SIZE = 50;

/** Next members of a mention of all, by user id. */
const subscribeMembersJob = job<{ messageId: string; afterUserId: string }>('thread.subscribe_members');

/** Users that a thread reply mentions. */
export type ReplyMentions = Pick<MessageRow, 'conversation_id' | 'mentions' | 'mentions_all'>;

/**
 * Automatic subscriptions: the sender of the root, the senders of replies and the users mentioned in replies, by id or as
 * all members, follow a thread, unless they unfollowed it. A mention of all subscribes the first members with the reply, the
 * others by jobs, so that the time of the locks is independent of the number of members.
 */
@Injectable()
export class ThreadParticipantsService {
  constructor(
    private readonly config: Config,
    private readonly subscriptions: ThreadSubscriptionsRepository,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
    private readonly jobs: Jobs,
  ) {
    jobs.registerHandler(subscribeMembersJob, ({ messageId, afterUserId }) =>
      this.subscribeMembers(messageId, afterUserId),
    );
  }

  /**
   * Locks all users that a later reply of this transaction may subscribe, in one order. Called before the sender is locked
   * for another reason, which would break the lock order.
   */
  async lockParticipants(threadRootId: string, senderId: string, reply: ReplyMentions): Promise<void> {
    const memberIds = reply.mentions_all
      ? await this.findMembers(threadRootId, { ...reply, seq: Number.MAX_SAFE_INTEGER }, FIRST_ID)
      : [];
    const participantIds = [senderId, ...(reply.mentions ?? []), ...memberIds];
    await this.subscriptions.lockUnsubscribed(threadRootId, participantIds, senderId);
  }

  /**
   * Subscribes the sender and the mentioned users of a thread reply, and the sender of the root. Runs in the unit of work
   * of the reply, which holds the lock of the conversation: users are locked after it. No effect outside threads.
   * `readsThread`: the sender read the thread up to the reply.
   */
  async subscribeParticipants(
    { thread_root_id: threadRootId, ...reply }: MessageRow,
    { readsThread = false } = {},
  ): Promise<void> {
    if (!threadRootId) return;
    const senderId = reply.sender_id!;
    const memberIds = reply.mentions_all ? await this.findMembers(threadRootId, reply, FIRST_ID) : [];
    const lockedIds = await this.subscriptions.lockUnsubscribed(
      threadRootId,
      [senderId, ...(reply.mentions ?? []), ...memberIds],
      readsThread ? senderId : undefined,
    );
    if (readsThread) await this.readOwnReply(threadRootId, senderId, reply.seq);
    await this.insertSubscriptions(threadRootId, reply, lockedIds);
    await this.enqueueNextMembers(reply.id, memberIds);
  }

  /** Subscribes the next members, unless the reply no longer mentions all. */
  private async subscribeMembers(messageId: string, afterUserId: string): Promise<void> {
    const mentioning = await this.subscriptions.findMentionOfAll(messageId);
    if (!mentioning) return;
    await this.access.lock(mentioning.conversation_id);
    const reply = await this.subscriptions.findMentionOfAll(messageId);
    if (!reply) return;
    const threadRootId = reply.thread_root_id;
    const memberIds = await this.findMembers(threadRootId, reply, afterUserId);
    const lockedIds = await this.subscriptions.lockUnsubscribed(threadRootId, memberIds);
    await this.insertSubscriptions(threadRootId, reply, lockedIds);
    await this.enqueueNextMembers(messageId, memberIds);
  }

  private findMembers(
    threadRootId: string,
    { conversation_id, seq }: Pick<MentioningReply, 'conversation_id' | 'seq'>,
    afterUserId: string,
  ): Promise<string[]> {
    const bounds = { seq, afterUserId, maxMembers: MAX_SUBSCRIBED_MEMBERS, limit: PART_SIZE };
    return this.subscriptions.findUnsubscribedMemberIds(threadRootId, conversation_id, bounds);
  }

  private async enqueueNextMembers(messageId: string, memberIds: readonly string[]): Promise<void> {
    if (memberIds.length < PART_SIZE) return;
    const afterUserId = memberIds.at(-1)!;
    await this.jobs.enqueue(subscribeMembersJob, { messageId, afterUserId }, `${messageId}/${afterUserId}`);
  }

  private async insertSubscriptions(
    threadRootId: string,
    reply: Pick<MessageRow, 'conversation_id' | 'seq' | 'sender_id'>,
    lockedIds: readonly string[],
  ): Promise<void> {
    if (lockedIds.length === 0) return;
    const subscribedIds = await this.subscriptions.insertSubscriptions(threadRootId, reply, lockedIds);
    await this.publishSubscriptions(threadRootId, subscribedIds);
  }

  /** No effect for a sender without a subscription: a new one begins after the reply. */
  private async readOwnReply(threadRootId: string, senderId: string, seq: number): Promise<void> {
    const { receiptsMaxMembers } = this.config;
    if (await this.subscriptions.updateReadPosition(senderId, threadRootId, seq, receiptsMaxMembers))
      await this.publishSubscriptions(threadRootId, [senderId]);
  }

  private async publishSubscriptions(threadRootId: string, userIds: readonly string[]): Promise<void> {
    for (const row of await this.subscriptions.findSubscriptions(threadRootId, userIds))
      this.publisher.publish(threadUpdated, ThreadSubscriptionDto.from(row), toUsers(row.user_id));
  }
}

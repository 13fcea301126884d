import { Injectable } from '@nestjs/common';
import { toUsers } from '../../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import type { MessageRow } from '../dto/message.dto.js';
import { ThreadSubscriptionDto } from './dto/thread-subscription.dto.js';
import { ThreadSubscriptionsRepository } from './thread-subscriptions.repository.js';
import { threadUpdated } from './threads.contract.js';

/**
 * Who follows a thread by themselves: the author of its root, everybody who replies, and everybody who is mentioned in a
 * reply, unless they have said that they do not want to.
 */
@Injectable()
export class ThreadSubscriptionsService {
  constructor(
    private readonly follows: ThreadSubscriptionsRepository,
    private readonly publisher: Publisher,
  ) {}

  /** Before somebody is locked who is to reply later in this transaction: all whom it will concern, in one order. */
  async lockBefore(threadRootId: string, senderId: string, mentions: readonly string[]): Promise<void> {
    await this.follows.lockNew(threadRootId, [senderId, ...mentions], senderId);
  }

  /** After a message that may be a reply; in its unit of work, which holds the conversation: people are locked after it. */
  async begin({ thread_root_id: threadRootId, ...reply }: MessageRow): Promise<void> {
    if (!threadRootId) return;
    const locked = await this.follows.lockNew(threadRootId, [reply.sender_id!, ...(reply.mentions ?? [])]);
    if (locked.length === 0) return;
    const begun = await this.follows.begin(threadRootId, reply, locked);
    for (const row of await this.follows.of(threadRootId, begun))
      this.publisher.publish(threadUpdated, ThreadSubscriptionDto.from(row), toUsers(row.user_id));
  }
}

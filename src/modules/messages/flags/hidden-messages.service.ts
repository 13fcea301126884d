import { Injectable } from '@nestjs/common';
import { MembershipsService } from '../../conversations/memberships/memberships.service.js';
import type { MessageRow } from '../dto/message.dto.js';
import { ThreadSubscriptionsService } from '../threads/thread-subscriptions.service.js';

/** Unread counts after the hiding of a message: a hidden message is not unread. */
@Injectable()
export class HiddenMessagesService {
  constructor(
    private readonly memberships: MembershipsService,
    private readonly subscriptions: ThreadSubscriptionsService,
  ) {}

  /** Publishes the counts of the conversation or thread if the message was unread. The caller has locked the user. */
  async publishUnread(userId: string, message: MessageRow): Promise<void> {
    const { conversation_id, thread_root_id, seq, sender_id, type, deleted_at } = message;
    if (sender_id === userId || type === 'system' || deleted_at) return;
    if (thread_root_id) await this.subscriptions.publishHiddenReply(userId, thread_root_id, seq);
    else await this.memberships.publishHiddenMessage(userId, conversation_id, seq);
  }
}

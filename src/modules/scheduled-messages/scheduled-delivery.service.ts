import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { AppError } from '../../kernel/errors/app-error.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { job } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { SendMessageDto } from '../messages/dto/send-message.dto.js';
import { MessagesService } from '../messages/messages.service.js';
import { ThreadSubscriptionsService } from '../messages/threads/thread-subscriptions.service.js';
import { AccountVersionService } from '../users/account-version.service.js';
import { ScheduledMessageDto, type ScheduledMessageRow } from './dto/scheduled-message.dto.js';
import { scheduledMessageUpdated } from './scheduled-messages.contract.js';
import { notScheduled } from './scheduled-messages.errors.js';
import { ScheduledMessagesRepository, type End } from './scheduled-messages.repository.js';

/** Its time has come; or had, before it was changed: then there is another job. */
const due = job<{ scheduledMessageId: string }>('scheduled_message.send');

/**
 * Sends what is due, exactly once: the message, and that it was sent, are written in the transaction that ends the job.
 * Locks stand in the order of all: the conversation, the person, the row.
 */
@Injectable()
export class ScheduledDeliveryService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly scheduled: ScheduledMessagesRepository,
    private readonly counter: AccountVersionService,
    private readonly messages: MessagesService,
    private readonly follows: ThreadSubscriptionsService,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
    private readonly jobs: Jobs,
  ) {
    jobs.registerHandler(due, ({ scheduledMessageId }) => this.sendScheduledMessage(scheduledMessageId));
  }

  async schedule({ id, send_at }: ScheduledMessageRow): Promise<void> {
    await this.jobs.enqueue(due, { scheduledMessageId: id }, { at: send_at });
  }

  /** Before its time. What they may not do is thrown, and it waits on. */
  async sendNow(found: ScheduledMessageRow): Promise<ScheduledMessageDto> {
    const sent = await this.send(found, { evenEarly: true });
    if (!sent) throw notScheduled();
    return sent;
  }

  async end(row: ScheduledMessageRow, end: End): Promise<ScheduledMessageDto> {
    return this.tell(await this.scheduled.end(row, end, await this.counter.increment(row.sender_id)));
  }

  tell(row: ScheduledMessageRow): ScheduledMessageDto {
    const scheduled = ScheduledMessageDto.from(row);
    this.publisher.publish(scheduledMessageUpdated, scheduled, toUsers(row.sender_id));
    return scheduled;
  }

  /** What its sender may not do any more is not tried again; what the database could not do is. */
  private async sendScheduledMessage(scheduledMessageId: string): Promise<void> {
    const found = await this.scheduled.find(scheduledMessageId);
    if (found?.state !== 'scheduled') return;
    try {
      await this.unitOfWork.savepoint(() => this.send(found));
    } catch (error) {
      if (!(error instanceof AppError) || error.kind.status >= 500) throw error;
      await this.fail(found, error.kind.code);
    }
  }

  private async send(
    { id, conversation_id, sender_id, thread_root_id, mentions }: ScheduledMessageRow,
    { evenEarly = false } = {},
  ): Promise<ScheduledMessageDto | null> {
    const user: AuthUser = { userId: sender_id, role: 'user' };
    await this.access.lockAndAuthorize(user, conversation_id, 'message.schedule');
    if (thread_root_id) await this.follows.lockBefore(thread_root_id, sender_id, mentions ?? []);
    await this.counter.lockUser(sender_id);
    const row = await this.scheduled.lock(id);
    if (row?.state !== 'scheduled' || !(row.is_due || evenEarly)) return null;
    const message = await this.messages.send(user, wordingOf(row));
    return this.end(row, { state: 'sent', messageId: message.id });
  }

  private async fail({ id, sender_id }: ScheduledMessageRow, errorCode: string): Promise<void> {
    await this.counter.lockUser(sender_id, { evenInactive: true });
    const row = await this.scheduled.lock(id);
    if (row?.state === 'scheduled' && row.is_due) await this.end(row, { state: 'failed', errorCode });
  }
}

function wordingOf(row: ScheduledMessageRow): SendMessageDto {
  return {
    conversationId: row.conversation_id,
    type: row.type as SendMessageDto['type'],
    content: row.content!,
    metadata: row.metadata ?? undefined,
    mentions: row.mentions ?? undefined,
    mentionsAll: row.mentions_all,
    replyToId: row.reply_to_id ?? undefined,
    threadRootId: row.thread_root_id ?? undefined,
  };
}

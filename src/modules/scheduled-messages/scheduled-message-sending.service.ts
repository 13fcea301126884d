import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { SendMessageDto } from '../messages/dto/send-message.dto.js';
import { MessagesService } from '../messages/messages.service.js';
import { ThreadParticipantsService } from '../messages/threads/thread-participants.service.js';
import type {
  ScheduledMessageIdDto,
  ScheduledMessageDto,
  ScheduledMessageRow,
} from './dto/scheduled-message.dto.js';
import { ScheduledMessageChangesService } from './scheduled-message-changes.service.js';
import { notScheduled } from './scheduled-messages.errors.js';
import { ScheduledMessagesRepository } from './scheduled-messages.repository.js';

/**
 * Sends scheduled messages exactly once: the message and the state sent are written in one transaction. Locks are taken
 * in the common order: conversation, users, row.
 */
@Injectable()
export class ScheduledMessageSendingService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly repository: ScheduledMessagesRepository,
    private readonly changes: ScheduledMessageChangesService,
    private readonly messages: MessagesService,
    private readonly threadParticipants: ThreadParticipantsService,
    private readonly access: ConversationsAccess,
  ) {}

  /** Sends before the send time. After an error the message stays scheduled. */
  sendNow({ userId }: AuthUser, { scheduledMessageId }: ScheduledMessageIdDto): Promise<ScheduledMessageDto> {
    return this.unitOfWork.run(async () => {
      const row = await this.repository.findScheduledMessage(scheduledMessageId);
      if (row?.sender_id !== userId) throw notFound();
      const locked = await this.lockForSending(row);
      if (!locked) throw notScheduled();
      return this.send(locked);
    });
  }

  /** Null when the message is no longer scheduled, or not due. */
  async sendIfDue(row: ScheduledMessageRow): Promise<ScheduledMessageDto | null> {
    const locked = await this.lockForSending(row);
    return locked?.is_due ? this.send(locked) : null;
  }

  async failScheduledMessage({ id, sender_id }: ScheduledMessageRow, errorCode: string): Promise<void> {
    await this.changes.lockSender(sender_id, { includeInactive: true });
    const row = await this.repository.lockScheduledMessage(id);
    if (row?.state === 'scheduled' && row.is_due)
      await this.changes.endScheduledMessage(row, { state: 'failed', errorCode });
  }

  /** Null when the message is no longer scheduled. */
  private async lockForSending({
    id,
    conversation_id,
    sender_id,
    thread_root_id,
    mentions,
    mentions_all,
  }: ScheduledMessageRow): Promise<(ScheduledMessageRow & { is_due: boolean }) | null> {
    await this.access.lockAndAuthorize(toSender(sender_id), conversation_id, 'message.schedule');
    if (thread_root_id)
      await this.threadParticipants.lockParticipants(thread_root_id, sender_id, {
        conversation_id,
        mentions,
        mentions_all,
      });
    await this.changes.lockSender(sender_id);
    const row = await this.repository.lockScheduledMessage(id);
    return row?.state === 'scheduled' ? row : null;
  }

  private async send(row: ScheduledMessageRow): Promise<ScheduledMessageDto> {
    const message = await this.messages.sendMessage(toSender(row.sender_id), toSendMessage(row));
    return this.changes.endScheduledMessage(row, { state: 'sent', messageId: message.id });
  }
}

/** The permissions of host admins do not apply to scheduled messages. */
function toSender(userId: string): AuthUser {
  return { userId, role: 'user' };
}

function toSendMessage(row: ScheduledMessageRow): SendMessageDto {
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

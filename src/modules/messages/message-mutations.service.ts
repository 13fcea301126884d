import { Injectable } from '@nestjs/common';
import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { toMembers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { Action } from '../conversations/conversations.permissions.js';
import { MessageDto, type MessageRow } from './dto/message.dto.js';
import { messageDeleted, messageUpdated } from './messages.contract.js';
import { alreadyDeleted } from './messages.errors.js';
import { MessagesRepository, type ChangedRow } from './messages.repository.js';

/** What every change of a message has in common: lock its conversation, look, and tell the members what became of it. */
@Injectable()
export class MessageMutationsService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
  ) {}

  /** The message as it is once its conversation is locked. */
  async lockMessage(user: AuthUser, messageId: string, action: Action): Promise<MessageRow> {
    const conversationId = await this.messages.findConversationOf(messageId);
    if (!conversationId) throw notFound();
    await this.access.lockAndAuthorize(user, conversationId, action);
    const message = await this.messages.find(messageId);
    if (!message) throw notFound();
    return message;
  }

  /** One that still says something. */
  async lockUndeletedMessage(user: AuthUser, messageId: string, action: Action): Promise<MessageRow> {
    const message = await this.lockMessage(user, messageId, action);
    if (message.deleted_at) throw alreadyDeleted();
    return message;
  }

  async lockOwnMessage(user: AuthUser, messageId: string, action: Action): Promise<MessageRow> {
    const message = await this.lockMessage(user, messageId, action);
    if (message.sender_id !== user.userId) throw forbidden();
    return message;
  }

  publishUpdated({ userId }: AuthUser, row: ChangedRow): MessageDto {
    const message = MessageDto.from(row);
    const target = toMembers(row.conversation_id, row.members_version);
    this.publisher.publish(messageUpdated, { ...message, actorId: userId }, target);
    return message;
  }

  publishDeleted(row: ChangedRow): MessageDto {
    const message = MessageDto.from(row);
    this.publisher.publish(messageDeleted, message, toMembers(row.conversation_id, row.members_version));
    return message;
  }
}

import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { toMembers } from '../../kernel/realtime/recipient-resolver.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { Action } from '../conversations/conversations.permissions.js';
import { MessageDto, toReaderView, type MessageRow } from './dto/message.dto.js';
import { messageDeleted, messageUpdated } from './messages.contract.js';
import { alreadyDeleted } from './messages.errors.js';
import { MessagesRepository, type ChangedRow } from './messages.repository.js';

/** Change of a message that is locked by its conversation. */
type MessageChange = (message: MessageRow) => Promise<MessageDto>;

/** Common steps of all changes of a message: lock the conversation, load the message, change it, publish the result. */
@Injectable()
export class MessageMutationsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly messages: MessagesRepository,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
  ) {}

  /** Runs the change in a unit of work. Throws for a deleted message. Returns the message as seen by the user. */
  changeMessage(
    user: AuthUser,
    messageId: string,
    action: Action,
    change: MessageChange,
  ): Promise<MessageDto> {
    return this.runLocked(user, messageId, action, (message) => {
      if (message.deleted_at) throw alreadyDeleted();
      return change(message);
    });
  }

  /** Runs the change in a unit of work. Throws unless the user is the sender; the message may be deleted. */
  changeOwnMessage(
    user: AuthUser,
    messageId: string,
    action: Action,
    change: MessageChange,
  ): Promise<MessageDto> {
    return this.runLocked(user, messageId, action, (message) => {
      if (message.sender_id !== user.userId) throw forbidden();
      return change(message);
    });
  }

  /** Publishes the new state of a message. `actorId` is null when the actor is not shown. */
  publishUpdated(row: ChangedRow, actorId: string | null): MessageDto {
    const message = MessageDto.from(row);
    const target = toMembers(row.conversation_id, row.members_version);
    this.publisher.publish(messageUpdated, { ...message, actorId }, target);
    return message;
  }

  /** Replaces a locked message by its tombstone and publishes it. */
  async softDelete(message: MessageRow): Promise<MessageDto> {
    const row = await this.messages.softDelete(message);
    const tombstone = MessageDto.from(row);
    this.publisher.publish(messageDeleted, tombstone, toMembers(row.conversation_id, row.members_version));
    return tombstone;
  }

  /**
   * The conversation of a message never changes, so it is read before the transaction, which then begins with the lock.
   * The message is read after the lock, so that its state includes every committed change.
   */
  private async runLocked(
    user: AuthUser,
    messageId: string,
    action: Action,
    change: MessageChange,
  ): Promise<MessageDto> {
    const conversationId = await this.messages.findConversationId(messageId);
    if (!conversationId) throw notFound();
    return this.unitOfWork.run(async () => {
      await this.access.lockAndAuthorize(user, conversationId, action);
      const message = await this.messages.findMessageForUser(user.userId, messageId);
      if (!message) throw notFound();
      return toReaderView(await change(message), message);
    });
  }
}

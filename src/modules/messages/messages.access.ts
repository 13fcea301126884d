import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { MessageRow } from './dto/message.dto.js';
import { MessagesRepository } from './messages.repository.js';

/** Who may read a message: whoever is in its conversation. To everybody else it does not exist. */
@Injectable()
export class MessagesAccess {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly conversations: ConversationsAccess,
  ) {}

  /** The message as they see it: hidden, maybe. */
  async requireReader(user: AuthUser, messageId: string): Promise<MessageRow> {
    const message = await this.messages.findFor(user.userId, messageId);
    if (!message) throw notFound();
    await this.conversations.requireMember(user, message.conversation_id);
    return message;
  }
}

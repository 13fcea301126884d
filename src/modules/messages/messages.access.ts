import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { Caller } from '../../kernel/identity/caller.js';
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
  async requireReader(caller: Caller, messageId: string): Promise<MessageRow> {
    const message = await this.messages.findFor(caller.userId, messageId);
    if (!message) throw notFound();
    await this.conversations.requireMember(caller, message.conversation_id);
    return message;
  }
}

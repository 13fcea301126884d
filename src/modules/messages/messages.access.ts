import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { MessageRow } from './dto/message.dto.js';
import { MessagesRepository, type NewMessage } from './messages.repository.js';

/** Readers of revisions among the readers of a message, by EDIT_HISTORY. */
const REVISION_READERS: Record<Config['editHistory'], (user: AuthUser, message: MessageRow) => boolean> = {
  members: () => true,
  author: ({ userId }, { sender_id }) => userId === sender_id,
  none: () => false,
};

/** Read access to messages: members of the conversation only. For other users the message does not exist. */
@Injectable()
export class MessagesAccess {
  constructor(
    private readonly config: Config,
    private readonly messages: MessagesRepository,
    private readonly conversations: ConversationsAccess,
  ) {}

  /** Message as seen by the given user, who may have hidden it. */
  async requireReader(user: AuthUser, messageId: string): Promise<MessageRow> {
    const message = await this.messages.findMessageForUser(user.userId, messageId);
    if (!message) throw notFound();
    await this.conversations.requireMember(user, message.conversation_id);
    return message;
  }

  /** Message of the user with this clientId. Null without one in this conversation. */
  async findByClientId(
    user: AuthUser,
    { conversationId, clientId }: Pick<NewMessage, 'conversationId' | 'clientId'>,
  ): Promise<MessageRow | null> {
    const message = clientId ? await this.messages.findByClientId(user.userId, clientId) : null;
    if (message?.conversation_id !== conversationId) return null;
    await this.conversations.requireMember(user, conversationId);
    return message;
  }

  /** Whether edits store revisions. */
  get keepsRevisions(): boolean {
    return this.config.editHistory !== 'none';
  }

  requireRevisionReader(user: AuthUser, message: MessageRow): void {
    if (!REVISION_READERS[this.config.editHistory](user, message)) throw forbidden();
  }
}

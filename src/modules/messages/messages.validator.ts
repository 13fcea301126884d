import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { countCodePoints } from '../../kernel/text/graphemes.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import type { MediaInputDto } from '../attachments/dto/media.dto.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { SendMessageDto } from './dto/send-message.dto.js';
import { MessagesRepository } from './messages.repository.js';

/** Ids of messages that a message refers to. */
interface MessageReferences {
  replyToId?: string | null;
  threadRootId?: string | null;
}

/** Validates input of messages beyond the rules of the DTOs: configured limits, references, permission of mentions. */
@Injectable()
export class MessageValidator {
  constructor(
    private readonly config: Config,
    private readonly access: ConversationsAccess,
    private readonly messages: MessagesRepository,
  ) {}

  /** Throws unless the user could send this message, or this part of a message, now. */
  async validateSendable(
    user: AuthUser,
    message: Partial<SendMessageDto> & Pick<SendMessageDto, 'conversationId'>,
  ): Promise<void> {
    const { conversationId, content, mentionsAll, replyToId, threadRootId } = message;
    if (content !== undefined) this.requireContentLength(content);
    if (mentionsAll) await this.access.authorize(user, conversationId, 'message.mention_all');
    await this.requireReferences(conversationId, { replyToId, threadRootId });
  }

  /** Throws unless the referenced messages are in the conversation and the thread root is no thread reply. */
  async requireReferences(
    conversationId: string,
    { replyToId, threadRootId }: MessageReferences,
  ): Promise<void> {
    if (replyToId && !(await this.messages.hasMessage(conversationId, replyToId)))
      throw validationError([{ field: 'replyToId', code: 'not_found' }]);
    if (threadRootId && !(await this.messages.hasMessage(conversationId, threadRootId, { asRoot: true })))
      throw validationError([{ field: 'threadRootId', code: 'not_found' }]);
  }

  requireContentLength(content: string): void {
    if (countCodePoints(content) > this.config.maxMessageLength)
      throw validationError([{ field: 'content', code: 'too_long' }]);
  }

  /** Throws unless a message of type text has a text and no media, and a message of another type has media. */
  validateBody(type: string, content: string | undefined, media: MediaInputDto[] | undefined): void {
    if (type !== 'text') {
      if (!media) throw validationError([{ field: 'media', code: 'required' }]);
      return;
    }
    if (media) throw validationError([{ field: 'media', code: 'not_allowed_for_type' }]);
    if (content === undefined) throw validationError([{ field: 'content', code: 'required' }]);
  }
}

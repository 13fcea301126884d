import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { MessageDto } from './dto/message.dto.js';
import type { EditMessageDto } from './dto/send-message.dto.js';
import { MentionsService } from './mentions.service.js';
import { MessageMutationsService } from './message-mutations.service.js';
import { MessageValidator } from './messages.validator.js';
import { MessagesAccess } from './messages.access.js';
import { alreadyDeleted, notEditable } from './messages.errors.js';
import { MessagesRepository } from './messages.repository.js';
import { ThreadParticipantsService } from './threads/thread-participants.service.js';

const EDITABLE_TYPES = new Set(['text', 'image', 'video', 'voice', 'file']);

/** Edits of messages: new text and mentions, with the earlier text as a revision. */
@Injectable()
export class MessageEditsService {
  constructor(
    private readonly mutations: MessageMutationsService,
    private readonly validator: MessageValidator,
    private readonly mentions: MentionsService,
    private readonly messages: MessagesRepository,
    private readonly participants: ThreadParticipantsService,
    private readonly access: MessagesAccess,
  ) {}

  /** An edit without a difference changes no version and publishes no event. */
  async editMessage(user: AuthUser, { messageId, content, ...input }: EditMessageDto): Promise<MessageDto> {
    this.validator.requireContentLength(content ?? '');
    return this.mutations.changeOwnMessage(user, messageId, 'message.edit', async (message) => {
      if (message.deleted_at) throw alreadyDeleted();
      if (!EDITABLE_TYPES.has(message.type)) throw notEditable();
      if (content === null && !message.media) throw validationError([{ field: 'content', code: 'required' }]);
      const before = { mentions: message.mentions ?? [], mentionsAll: message.mentions_all };
      const { mentions = before.mentions, mentionsAll = before.mentionsAll } =
        await this.mentions.resolveMentions(user, message.conversation_id, input);
      const hasSameText = message.content === content;
      const hasSameMentions =
        mentionsAll === before.mentionsAll && mentions.join() === before.mentions.join();
      if (hasSameText && hasSameMentions) return MessageDto.from(message);
      if (!hasSameMentions) await this.mentions.replaceMentions(message, mentions);
      if (!hasSameText && this.access.keepsRevisions) await this.storeRevision(message.id);
      const row = await this.messages.updateContent(message, { content, mentions, mentionsAll });
      const edited = this.mutations.publishUpdated(row, user.userId);
      if (!hasSameMentions) await this.participants.subscribeParticipants(row);
      return edited;
    });
  }

  private async storeRevision(messageId: string): Promise<void> {
    await this.messages.insertRevision(messageId);
    await this.messages.deleteOldRevisions(messageId);
  }
}

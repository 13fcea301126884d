import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { MediaService } from '../attachments/media.service.js';
import { MessageDto, type MessageIdDto } from './dto/message.dto.js';
import type { SendMessageDto } from './dto/send-message.dto.js';
import { MentionsService } from './mentions.service.js';
import { MessageMutationsService } from './message-mutations.service.js';
import { MessageValidator } from './messages.validator.js';
import { MessageWriter } from './messages.writer.js';
import { MessagesAccess } from './messages.access.js';
import { notDeletable } from './messages.errors.js';

/** Sends, returns and deletes messages of users. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly validator: MessageValidator,
    private readonly mentions: MentionsService,
    private readonly media: MediaService,
    private readonly writer: MessageWriter,
    private readonly access: MessagesAccess,
    private readonly mutations: MessageMutationsService,
  ) {}

  async sendMessage(user: AuthUser, { type = 'text', media, ...input }: SendMessageDto): Promise<MessageDto> {
    this.validator.requireContentLength(input.content ?? '');
    this.validator.validateBody(type, input.content, media);
    return this.writer.createOnce(user, input, async () => {
      const mentions = await this.mentions.resolveMentions(user, input.conversationId, input);
      const message = { id: newId(), senderId: user.userId, type, ...input, ...mentions };
      if (!media) return this.writer.append(message);
      return this.writer.appendWithMedia({
        ...message,
        media: await this.media.resolveMedia(user, type, media),
      });
    });
  }

  async getMessage(user: AuthUser, { messageId }: MessageIdDto): Promise<MessageDto> {
    return MessageDto.from(await this.access.requireReader(user, messageId));
  }

  deleteMessage(user: AuthUser, { messageId }: MessageIdDto): Promise<MessageDto> {
    return this.mutations.changeOwnMessage(user, messageId, 'message.delete', async (message) => {
      if (message.deleted_at) return MessageDto.from(message);
      // The message of a call is its record, and the call may still ring.
      if (message.type === 'call') throw notDeletable();
      if (message.media) this.media.requestCleanup();
      return this.mutations.softDelete(message);
    });
  }
}

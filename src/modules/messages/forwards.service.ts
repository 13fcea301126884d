import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import type { MessageDto, MessageRow } from './dto/message.dto.js';
import type { ForwardMessageDto } from './dto/send-message.dto.js';
import { MessageWriter } from './messages.writer.js';
import { MessagesAccess } from './messages.access.js';
import { alreadyDeleted, notForwardable } from './messages.errors.js';
import { MessagesRepository, type NewMessage } from './messages.repository.js';

/** Types whose content has a meaning only in their conversation. */
const NOT_FORWARDABLE_TYPES = new Set(['poll', 'call', 'system']);

/** Forwards messages: copies of text and media without sender, mentions and reactions. */
@Injectable()
export class ForwardsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: MessagesAccess,
    private readonly messages: MessagesRepository,
    private readonly writer: MessageWriter,
  ) {}

  forwardMessage(user: AuthUser, { messageId, ...target }: ForwardMessageDto): Promise<MessageDto> {
    return this.writer.createOnce(user, target, async () => {
      const { type, content, media } = await this.requireForwardable(user, messageId);
      const copy = { id: newId(), senderId: user.userId, ...target, type, content: content ?? undefined };
      if (!media) return this.appendCopy(user, messageId, { ...copy, forwarded: true });
      try {
        return await this.writer.appendWithMedia({ ...copy, media, forwarded: true });
      } catch (error) {
        // Attachments that were deleted with the source message report the deletion, not missing attachments.
        await this.requireForwardable(user, messageId);
        throw error;
      }
    });
  }

  /** Rejects a source that was deleted before the lock of the target conversation was acquired. */
  private appendCopy(user: AuthUser, sourceId: string, copy: NewMessage): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const sent = await this.writer.append(copy);
      if (!(await this.messages.lockReadable(sourceId, user.userId))) throw notFound();
      return sent;
    });
  }

  private async requireForwardable(user: AuthUser, messageId: string): Promise<MessageRow> {
    const source = await this.access.requireReader(user, messageId);
    if (source.is_hidden) throw notFound();
    if (source.deleted_at) throw alreadyDeleted();
    if (NOT_FORWARDABLE_TYPES.has(source.type)) throw notForwardable();
    return source;
  }
}

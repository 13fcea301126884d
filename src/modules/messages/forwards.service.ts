import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import type { ForwardMessageDto } from './dto/forward-message.dto.js';
import type { MessageDto, MessageRow } from './dto/message.dto.js';
import { MessagesAccess } from './messages.access.js';
import { alreadyDeleted, notForwardable } from './messages.errors.js';
import { MessagesRepository, type NewMessage } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

/** What means something only where it is: a poll, a call, what the server tells. */
const BOUND_TO_ITS_PLACE = new Set(['poll', 'call', 'system']);

/** Passes on what was said elsewhere: what it says and shows, and nothing of who said it to whom. */
@Injectable()
export class ForwardsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: MessagesAccess,
    private readonly repository: MessagesRepository,
    private readonly messages: MessagesService,
  ) {}

  async forward(user: AuthUser, { messageId, ...target }: ForwardMessageDto): Promise<MessageDto> {
    const first = await this.messages.findByClientId(user, target);
    if (first) return first;
    const { type, content, media } = await this.requireForwardable(user, messageId);
    const copy = { id: newId(), senderId: user.userId, ...target, type, content: content ?? undefined };
    if (!media) return this.passOn(user, messageId, { ...copy, forwarded: true });
    try {
      return await this.messages.appendWithMedia({ ...copy, media, forwarded: true });
    } catch (error) {
      await this.requireForwardable(user, messageId); // or that is why: what it showed has gone with it
      throw error;
    }
  }

  /** What is deleted meanwhile is not passed on: asked once the place it goes to is locked. */
  private passOn(user: AuthUser, sourceId: string, copy: NewMessage): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const sent = await this.messages.append(copy);
      if (!(await this.repository.lockReadable(sourceId, user.userId))) throw notFound();
      return sent;
    });
  }

  private async requireForwardable(user: AuthUser, messageId: string): Promise<MessageRow> {
    const source = await this.access.requireReader(user, messageId);
    if (source.is_hidden) throw notFound();
    if (source.deleted_at) throw alreadyDeleted();
    if (BOUND_TO_ITS_PLACE.has(source.type)) throw notForwardable();
    return source;
  }
}

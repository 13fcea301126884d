import { Injectable } from '@nestjs/common';
import { newId } from '../../kernel/database/new-id.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { ForwardMessageDto } from './dto/forward-message.dto.js';
import { MessageDto, type MessageRow } from './dto/message.dto.js';
import { MessagesAccess } from './messages.access.js';
import { alreadyDeleted, notForwardable } from './messages.errors.js';
import { MessagesRepository, type NewMessage } from './messages.repository.js';
import { MessagesService } from './messages.service.js';

/** What means something only where it is: a poll, a call, what the server tells. */
const BOUND_TO_ITS_PLACE = new Set(['poll', 'call', 'system']);

/** Passes on what was said elsewhere: what it says, and nothing of who said it to whom. */
@Injectable()
export class ForwardsService {
  constructor(
    private readonly access: MessagesAccess,
    private readonly conversations: ConversationsAccess,
    private readonly repository: MessagesRepository,
    private readonly messages: MessagesService,
  ) {}

  async forward(caller: Caller, { messageId, ...target }: ForwardMessageDto): Promise<MessageDto> {
    const known = await this.findForwarded(caller, target);
    if (known) return MessageDto.from(known);
    const source = await this.access.requireReader(caller, messageId);
    if (source.is_hidden) throw notFound();
    if (source.deleted_at) throw alreadyDeleted();
    if (BOUND_TO_ITS_PLACE.has(source.type)) throw notForwardable();
    return this.messages.append({
      id: newId(),
      senderId: caller.userId,
      ...target,
      ...substanceOf(source),
      forwarded: true,
    });
  }

  /** What the same clientId made, even if what it was made from has gone since. */
  private async findForwarded(
    caller: Caller,
    { conversationId, clientId }: Omit<ForwardMessageDto, 'messageId'>,
  ): Promise<MessageRow | null> {
    const known = clientId ? await this.repository.findSent(caller.userId, clientId) : null;
    if (known?.conversation_id !== conversationId) return null;
    await this.conversations.requireMember(caller, conversationId);
    return known;
  }
}

/** What goes along. */
function substanceOf({ type, content }: MessageRow): Pick<NewMessage, 'type' | 'content'> {
  return { type, content: content ?? undefined };
}

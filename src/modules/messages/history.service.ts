import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/identity/caller.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { UsersService } from '../users/users.service.js';
import type { ListMessagesDto } from './dto/list-messages.dto.js';
import { MessageDto, namedBy, type MessagePageDto } from './dto/message.dto.js';
import { MessagesRepository } from './messages.repository.js';
import { sliceOf } from './slices.js';

/** Reads the history of a conversation. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async list(caller: Caller, { conversationId, ...asked }: ListMessagesDto): Promise<MessagePageDto> {
    const reader = { conversationId, userId: caller.userId };
    const shelf = {
      before: (seq: number, limit: number) => this.messages.pageBefore(reader, seq, limit),
      after: (seq: number, limit: number) => this.messages.pageAfter(reader, seq, limit),
    };
    const { rows, nextCursor } = await sliceOf(shelf, asked);
    // Pages are for members only and hold nothing for others: one look less, except where there is nothing.
    if (rows.length === 0) await this.access.requireMember(caller, conversationId);
    const items = rows.map((row) => MessageDto.from(row));
    return { items, nextCursor, users: await this.users.cards(items.flatMap(namedBy)) };
  }
}

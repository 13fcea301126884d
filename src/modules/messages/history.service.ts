import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { UsersService } from '../users/users.service.js';
import type { ListMessagesDto } from './dto/list-messages.dto.js';
import { MessageDto, referencedUserIds, type MessagePageDto } from './dto/message.dto.js';
import { MessagesRepository } from './messages.repository.js';
import { loadSeqPage } from './message-pages.js';

/** Reads the history of a conversation. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async list(user: AuthUser, { conversationId, ...asked }: ListMessagesDto): Promise<MessagePageDto> {
    const reader = { conversationId, userId: user.userId };
    const shelf = {
      before: (seq: number, limit: number) => this.messages.pageBefore(reader, seq, limit),
      after: (seq: number, limit: number) => this.messages.pageAfter(reader, seq, limit),
    };
    const { rows, nextCursor } = await loadSeqPage(shelf, asked);
    // Pages are for members only and hold nothing for others: one look less, except where there is nothing.
    if (rows.length === 0) await this.access.requireMember(user, conversationId);
    const items = rows.map((row) => MessageDto.from(row));
    return { items, nextCursor, users: await this.users.findSummaries(items.flatMap(referencedUserIds)) };
  }
}

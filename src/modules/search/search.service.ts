import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, instant, seq, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { MessageDeltaService } from '../messages/message-delta.service.js';
import { referencedUserIds, type MessageDto } from '../messages/dto/message.dto.js';
import { UsersService } from '../users/users.service.js';
import type { SearchResultDto, SearchResultPageDto, SearchMessagesDto } from './dto/search.dto.js';
import { SearchRepository, type ResultPosition } from './search.repository.js';
import { findHighlights, tokenizeQuery } from './tokenizer.js';

const resultCursor = cursor(instant, seq, uuid);

/** Full-text search in the conversations of the current user. */
@Injectable()
export class SearchService {
  constructor(
    private readonly repository: SearchRepository,
    private readonly access: ConversationsAccess,
    private readonly messageDelta: MessageDeltaService,
    private readonly users: UsersService,
  ) {}

  async searchMessages(user: AuthUser, query: SearchMessagesDto): Promise<SearchResultPageDto> {
    const { q, conversationId, senderId, type, from, to, limit } = query;
    const words = tokenizeQuery(q);
    if (words.length === 0) throw validationError([{ field: 'q', code: 'no_search_terms' }]);
    if (conversationId) await this.access.requireMember(user, conversationId);
    const rows = await this.repository.findMessages({
      userId: user.userId,
      words,
      conversationId,
      senderId,
      type,
      from: from ? new Date(from) : undefined,
      to: to ? new Date(to) : undefined,
      after: query.cursor ? decodePosition(query.cursor) : undefined,
      limit: limit + 1,
    });
    const { page, nextCursor } = toPage(rows, limit, (last) =>
      resultCursor.encode(last.created_at, last.seq, last.message_id),
    );
    const items = await this.loadResults(user, page, words);
    const userIds = items.flatMap(({ message }) => referencedUserIds(message));
    return { items, nextCursor, users: await this.users.findSummaries(userIds) };
  }

  /** Current messages. Hidden, deleted and edited messages without the words are left out. */
  private async loadResults(
    { userId }: AuthUser,
    page: readonly ResultPosition[],
    words: readonly string[],
  ): Promise<SearchResultDto[]> {
    const ids = page.map(({ message_id }) => message_id);
    const found = [...(await this.messageDelta.findMessagesByIds(userId, ids)).values()].flat();
    const messages = new Map<string, MessageDto>(found.map((message) => [message.id, message]));
    return ids.flatMap((id) => {
      const message = messages.get(id);
      const highlights = message?.content ? findHighlights(message.content, words) : null;
      return message && highlights ? [{ message, highlights }] : [];
    });
  }
}

function decodePosition(encoded: string): ResultPosition {
  const [createdAt, messageSeq, messageId] = resultCursor.decode(encoded);
  return { created_at: createdAt, seq: messageSeq, message_id: messageId };
}

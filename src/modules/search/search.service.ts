import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { FairQueue } from '../../kernel/concurrency/fair-queue.js';
import { cursor, instant, seq, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { findMatches, tokenizeQuery, type Highlight } from '../../kernel/text/tokenizer.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { MessageDeltaService } from '../messages/message-delta.service.js';
import { referencedUserIds, type MessageDto } from '../messages/dto/message.dto.js';
import { UsersService } from '../users/users.service.js';
import type { SearchResultDto, SearchResultPageDto, SearchMessagesDto } from './dto/search.dto.js';
import { SearchResultsService } from './search-results.service.js';
import type { ResultPosition } from './search.repository.js';

const resultCursor = cursor(instant, seq, uuid);

/** Share of the connections that searches may occupy, and the number of waiting searches: of all users, of one user. */
const POOL_SHARE = 0.25;
const [MAX_WAITING, MAX_WAITING_PER_USER] = [1_000, 50];

/** Full-text search in the conversations of the current user, one search of a user at a time. */
@Injectable()
export class SearchService {
  private readonly queue: FairQueue;

  constructor(
    private readonly searchResults: SearchResultsService,
    private readonly access: ConversationsAccess,
    private readonly messageDelta: MessageDeltaService,
    private readonly users: UsersService,
    { databasePoolSize }: Config,
  ) {
    this.queue = new FairQueue({
      concurrency: Math.max(1, Math.floor(databasePoolSize * POOL_SHARE)),
      concurrencyPerKey: 1,
      maxWaiting: MAX_WAITING,
      maxWaitingPerKey: MAX_WAITING_PER_USER,
    });
  }

  searchMessages(user: AuthUser, query: SearchMessagesDto): Promise<SearchResultPageDto> {
    const terms = tokenizeQuery(query.q);
    if (terms.length === 0) throw validationError([{ field: 'q', code: 'no_search_terms' }]);
    const after = query.cursor ? decodePosition(query.cursor) : undefined;
    return this.queue.run(user.userId, () => this.findPage(user, terms, after, query));
  }

  private async findPage(
    user: AuthUser,
    terms: readonly string[],
    after: ResultPosition | undefined,
    { conversationId, senderId, type, from, to, limit }: SearchMessagesDto,
  ): Promise<SearchResultPageDto> {
    if (conversationId) await this.access.requireMember(user, conversationId);
    const { results, stoppedAt } = await this.searchResults.findResults({
      userId: user.userId,
      terms,
      conversationId,
      senderId,
      type,
      from: from ? new Date(from) : undefined,
      to: to ? new Date(to) : undefined,
      after,
      limit: limit + 1,
    });
    const { page, nextCursor } = toPage(results, limit, encodePosition);
    const items = await this.loadResults(user, page, terms);
    const userIds = items.flatMap(({ message }) => referencedUserIds(message));
    return {
      items,
      nextCursor: nextCursor ?? (stoppedAt ? encodePosition(stoppedAt) : null),
      users: await this.users.findSummaries(userIds),
    };
  }

  /** Current messages. Hidden, deleted and edited messages without the terms are left out. */
  private async loadResults(
    { userId }: AuthUser,
    page: readonly ResultPosition[],
    terms: readonly string[],
  ): Promise<SearchResultDto[]> {
    const ids = page.map(({ message_id }) => message_id);
    const found = [...(await this.messageDelta.findMessagesByIds(userId, ids)).values()].flat();
    const messages = new Map<string, MessageDto>(found.map((message) => [message.id, message]));
    return ids.flatMap((id) => {
      const message = messages.get(id);
      const highlights = message && findHighlights(message, terms);
      return highlights ? [{ message, highlights }] : [];
    });
  }
}

/** Ranges in the text of a message; undefined unless its text and file names contain all terms. */
function findHighlights({ content, media }: MessageDto, terms: readonly string[]): Highlight[] | undefined {
  const { found, highlights } = findMatches(content ?? '', terms);
  for (const { filename } of media)
    if (filename) for (const term of findMatches(filename, terms).found) found.add(term);
  return found.size === terms.length ? highlights : undefined;
}

function encodePosition({ created_at, seq: messageSeq, message_id }: ResultPosition): string {
  return resultCursor.encode(created_at, messageSeq, message_id);
}

function decodePosition(encoded: string): ResultPosition {
  const [createdAt, messageSeq, messageId] = resultCursor.decode(encoded);
  return { created_at: createdAt, seq: messageSeq, message_id: messageId };
}

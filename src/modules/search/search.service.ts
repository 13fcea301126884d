import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { decodeCursor, isId, isInstant, isSeq } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { MessageDeltaService } from '../messages/message-delta.service.js';
import { referencedUserIds, type MessageDto } from '../messages/dto/message.dto.js';
import { UsersService } from '../users/users.service.js';
import type { SearchResultDto, SearchResultPageDto } from './dto/search-results.dto.js';
import type { SearchMessagesDto } from './dto/search-messages.dto.js';
import { SearchRepository, type FoundPlace } from './search.repository.js';
import { marksOf, wordsAskedFor } from './tokenizer.js';

/** Finds messages by their words, in the conversations that somebody is in now. */
@Injectable()
export class SearchService {
  constructor(
    private readonly repository: SearchRepository,
    private readonly access: ConversationsAccess,
    private readonly changes: MessageDeltaService,
    private readonly users: UsersService,
  ) {}

  async search(user: AuthUser, input: SearchMessagesDto): Promise<SearchResultPageDto> {
    const { q, conversationId, senderId, type, from, to, cursor, limit = 20 } = input;
    const words = wordsAskedFor(q);
    if (words.length === 0) throw validationError([{ field: 'q', code: 'no_search_terms' }]);
    if (conversationId) await this.access.requireMember(user, conversationId);
    const rows = await this.repository.find({
      userId: user.userId,
      words,
      conversationId,
      senderId,
      type,
      from: from ? new Date(from) : undefined,
      to: to ? new Date(to) : undefined,
      beyond: cursor ? placeOf(cursor) : undefined,
      limit: limit + 1,
    });
    const { page, nextCursor } = pageOf(rows, limit, (last) => [
      last.created_at.getTime(),
      last.seq,
      last.message_id,
    ]);
    const items = await this.read(user, page, words);
    const people = items.flatMap(({ message }) => referencedUserIds(message));
    return { items, nextCursor, users: await this.users.findSummaries(people) };
  }

  /** As they are by now. What has been hidden, deleted or changed to something else is not what was looked for. */
  private async read(
    { userId }: AuthUser,
    page: readonly FoundPlace[],
    words: readonly string[],
  ): Promise<SearchResultDto[]> {
    const ids = page.map(({ message_id }) => message_id);
    const read = [...(await this.changes.byIds(userId, ids)).values()].flat();
    const messages = new Map<string, MessageDto>(read.map((message) => [message.id, message]));
    return ids.flatMap((id) => {
      const message = messages.get(id);
      const highlights = message?.content ? marksOf(message.content, words) : null;
      return message && highlights ? [{ message, highlights }] : [];
    });
  }
}

function placeOf(cursor: string): FoundPlace {
  const [at, seq, id] = decodeCursor(cursor, isInstant, isSeq, isId);
  return { created_at: new Date(at as number), seq: seq as number, message_id: id as string };
}

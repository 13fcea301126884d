import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/identity/caller.js';
import { decodeCursor, isId, isInstant, isSeq } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
import { refuse } from '../../kernel/validation/refuse.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { ChangesService } from '../messages/changes.service.js';
import { namedBy, type MessageDto } from '../messages/dto/message.dto.js';
import { UsersService } from '../users/users.service.js';
import type { FoundMessageDto, FoundMessagePageDto } from './dto/found-messages.dto.js';
import type { SearchMessagesDto } from './dto/search-messages.dto.js';
import { SearchRepository, type FoundPlace } from './search.repository.js';
import { marksOf, wordsAskedFor } from './words.js';

/** Finds messages by their words, in the conversations that somebody is in now. */
@Injectable()
export class SearchService {
  constructor(
    private readonly repository: SearchRepository,
    private readonly access: ConversationsAccess,
    private readonly changes: ChangesService,
    private readonly users: UsersService,
  ) {}

  async search(caller: Caller, input: SearchMessagesDto): Promise<FoundMessagePageDto> {
    const { q, conversationId, senderId, type, from, to, cursor, limit = 20 } = input;
    const words = wordsAskedFor(q);
    if (words.length === 0) throw refuse([{ field: 'q', code: 'no_words' }]);
    if (conversationId) await this.access.requireMember(caller, conversationId);
    const rows = await this.repository.find({
      userId: caller.userId,
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
    const items = await this.read(caller, page, words);
    const people = items.flatMap(({ message }) => namedBy(message));
    return { items, nextCursor, users: await this.users.cards(people) };
  }

  /** As they are by now. What has been hidden, deleted or changed to something else is not what was looked for. */
  private async read(
    { userId }: Caller,
    page: readonly FoundPlace[],
    words: readonly string[],
  ): Promise<FoundMessageDto[]> {
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

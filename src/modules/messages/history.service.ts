import { Injectable } from '@nestjs/common';
import { validationFailed } from '../../kernel/errors/base.errors.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { decodeCursor, encodeCursor, isSeq } from '../../kernel/paging/cursor.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { UsersService } from '../users/users.service.js';
import type { ListMessagesDto } from './dto/list-messages.dto.js';
import { MessageDto, peopleOf, type MessagePageDto, type MessageRow } from './dto/message.dto.js';
import { MessagesRepository, type Reader } from './messages.repository.js';

type Direction = 'before' | 'after' | 'around';

interface Place {
  direction: Direction;
  seq: number;
}

interface Slice {
  /** Oldest first. */
  rows: MessageRow[];
  next: Place | null;
}

const NEWEST: Place = { direction: 'before', seq: Number.MAX_SAFE_INTEGER };

/** Reads the history by keyset: a page costs the same at its newest end and five million messages back. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async list(caller: Caller, input: ListMessagesDto): Promise<MessagePageDto> {
    const { conversationId, limit = 50 } = input;
    const { direction, seq } = placeOf(input);
    const { rows, next } = await this[direction]({ conversationId, userId: caller.userId }, seq, limit);
    // Pages are for members only and hold nothing for others: one look less, except where there is nothing.
    if (rows.length === 0) await this.access.requireMember(caller, conversationId);
    return {
      items: rows.map((row) => MessageDto.from(row)),
      nextCursor: next && encodeCursor([next.direction, next.seq]),
      users: await this.users.cards(rows.flatMap(peopleOf)),
    };
  }

  private async before(reader: Reader, seq: number, limit: number): Promise<Slice> {
    const found = await this.messages.pageBefore(reader, seq, limit + 1);
    const rows = found.slice(0, limit).reverse();
    return { rows, next: found.length > limit ? { direction: 'before', seq: rows[0]!.seq } : null };
  }

  private async after(reader: Reader, seq: number, limit: number): Promise<Slice> {
    const found = await this.messages.pageAfter(reader, seq, limit + 1);
    const rows = found.slice(0, limit);
    return { rows, next: found.length > limit ? { direction: 'after', seq: rows.at(-1)!.seq } : null };
  }

  private async around(reader: Reader, seq: number, limit: number): Promise<Slice> {
    const half = Math.floor(limit / 2);
    const older = half > 0 ? await this.before(reader, seq, half) : { rows: [], next: null };
    const newer = await this.after(reader, seq - 1, limit - half);
    return { rows: [...older.rows, ...newer.rows], next: older.next };
  }
}

function placeOf({ before, after, around, cursor }: ListMessagesDto): Place {
  const asked = Object.entries({ before, after, around, cursor }).filter(([, value]) => value !== undefined);
  if (asked.length > 1) {
    throw validationFailed(undefined, { errors: asked.map(([field]) => ({ field, code: 'only_one_of' })) });
  }
  const [direction, seq] = cursor ? decodeCursor(cursor, isDirection, isSeq) : (asked[0] ?? []);
  return direction === undefined ? NEWEST : { direction: direction as Direction, seq: seq as number };
}

function isDirection(value: unknown): boolean {
  return value === 'before' || value === 'after';
}

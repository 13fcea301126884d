import { validationFailed } from '../../kernel/errors/base.errors.js';
import { decodeCursor, encodeCursor, isSeq } from '../../kernel/paging/cursor.js';
import type { MessageRow } from './dto/message.dto.js';
import type { SeqPageQueryDto } from './dto/seq-page-query.dto.js';

/** Where messages stand in the order of their seq. */
export interface SeqPageSource {
  /** Newest first. */
  before(seq: number, limit: number): Promise<MessageRow[]>;
  /** Oldest first. */
  after(seq: number, limit: number): Promise<MessageRow[]>;
}

export interface SeqPage {
  /** Oldest first. */
  rows: MessageRow[];
  nextCursor: string | null;
}

type Direction = 'before' | 'after' | 'around';

interface Place {
  direction: Direction;
  seq: number;
}

interface Cut {
  rows: MessageRow[];
  next: Place | null;
}

const NEWEST: Place = { direction: 'before', seq: Number.MAX_SAFE_INTEGER };

/** Reads by keyset: a page costs the same at the newest end and five million messages back. */
export async function loadSeqPage(shelf: SeqPageSource, asked: SeqPageQueryDto): Promise<SeqPage> {
  const { direction, seq } = placeOf(asked);
  const { rows, next } = await cuts[direction](shelf, seq, asked.limit ?? 50);
  return { rows, nextCursor: next && encodeCursor([next.direction, next.seq]) };
}

const cuts: Record<Direction, (shelf: SeqPageSource, seq: number, limit: number) => Promise<Cut>> = {
  async before(shelf, seq, limit) {
    const found = await shelf.before(seq, limit + 1);
    const rows = found.slice(0, limit).reverse();
    return { rows, next: found.length > limit ? { direction: 'before', seq: rows[0]!.seq } : null };
  },

  async after(shelf, seq, limit) {
    const found = await shelf.after(seq, limit + 1);
    const rows = found.slice(0, limit);
    return { rows, next: found.length > limit ? { direction: 'after', seq: rows.at(-1)!.seq } : null };
  },

  async around(shelf, seq, limit) {
    const half = Math.floor(limit / 2);
    const older = half > 0 ? await cuts.before(shelf, seq, half) : { rows: [], next: null };
    const newer = await cuts.after(shelf, seq - 1, limit - half);
    return { rows: [...older.rows, ...newer.rows], next: older.next };
  },
};

function placeOf({ before, after, around, cursor }: SeqPageQueryDto): Place {
  const asked = Object.entries({ before, after, around, cursor }).filter(([, value]) => value !== undefined);
  if (asked.length > 1) {
    throw validationFailed(undefined, {
      errors: asked.map(([field]) => ({ field, code: 'mutually_exclusive' })),
    });
  }
  const [direction, seq] = cursor ? decodeCursor(cursor, isDirection, isSeq) : (asked[0] ?? []);
  return direction === undefined ? NEWEST : { direction: direction as Direction, seq: seq as number };
}

function isDirection(value: unknown): boolean {
  return value === 'before' || value === 'after';
}

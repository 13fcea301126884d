import { validationError } from '../../kernel/validation/validation-error.js';
import { cursor, literal, seq as seqKey } from '../../kernel/paging/cursor.js';
import type { SeqPageQueryDto } from './dto/list-messages.dto.js';
import type { MessageRow } from './dto/message.dto.js';

/** Query of messages in the order of seq. */
export interface SeqPageSource {
  /** Messages below a seq, newest first. */
  before(seq: number, limit: number): Promise<MessageRow[]>;
  /** Messages above a seq, oldest first. */
  after(seq: number, limit: number): Promise<MessageRow[]>;
}

export interface SeqPage {
  /** Oldest first. */
  rows: MessageRow[];
  nextCursor: string | null;
}

/** Bound of a page: exclusive for before and after, inclusive for around. */
interface SeqBound {
  direction: 'before' | 'after' | 'around';
  seq: number;
}

const seqPageCursor = cursor(literal('before', 'after'), seqKey);

/** Loads a page by keyset, so that its cost does not depend on its distance from the newest message. */
export function loadSeqPage(source: SeqPageSource, query: SeqPageQueryDto): Promise<SeqPage> {
  const { direction, seq } = toSeqBound(query);
  return loadPage[direction](source, seq, query.limit);
}

const loadPage: Record<
  SeqBound['direction'],
  (source: SeqPageSource, seq: number, limit: number) => Promise<SeqPage>
> = {
  async before(source, seq, limit) {
    const found = await source.before(seq, limit + 1);
    const rows = found.slice(0, limit).reverse();
    return { rows, nextCursor: found.length > limit ? seqPageCursor.encode('before', rows[0]!.seq) : null };
  },

  async after(source, seq, limit) {
    const found = await source.after(seq, limit + 1);
    const rows = found.slice(0, limit);
    return {
      rows,
      nextCursor: found.length > limit ? seqPageCursor.encode('after', rows.at(-1)!.seq) : null,
    };
  },

  async around(source, seq, limit) {
    const half = Math.floor(limit / 2);
    const older = half > 0 ? await this.before(source, seq, half) : { rows: [], nextCursor: null };
    const newer = await this.after(source, seq - 1, limit - half);
    return { rows: [...older.rows, ...newer.rows], nextCursor: older.nextCursor };
  },
};

function toSeqBound({ before, after, around, cursor: position }: SeqPageQueryDto): SeqBound {
  const bounds = Object.entries({ before, after, around, cursor: position }).filter(
    ([, value]) => value !== undefined,
  );
  if (bounds.length > 1)
    throw validationError(bounds.map(([field]) => ({ field, code: 'mutually_exclusive' })));
  if (position !== undefined) {
    const [direction, seq] = seqPageCursor.decode(position);
    return { direction, seq };
  }
  if (after !== undefined) return { direction: 'after', seq: after };
  if (around !== undefined) return { direction: 'around', seq: around };
  return { direction: 'before', seq: before ?? Number.MAX_SAFE_INTEGER };
}

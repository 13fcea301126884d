import { decodeCursor, encodeCursor, FIRST_ID, isId, LAST_ID } from './cursor.js';

/** Cuts rows, of which one more than the limit was asked for, down to a page and the cursor of the next one. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keysOf: (last: Row) => (string | number)[],
): { page: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, nextCursor: rows.length > limit && last ? encodeCursor(keysOf(last)) : null };
}

/** Where a list goes on that is sorted by an id. */
export function afterId(cursor: string | undefined): string {
  return cursor ? (decodeCursor(cursor, isId)[0] as string) : FIRST_ID;
}

/** The same, where it goes down. */
export function beforeId(cursor: string | undefined): string {
  return cursor ? (decodeCursor(cursor, isId)[0] as string) : LAST_ID;
}

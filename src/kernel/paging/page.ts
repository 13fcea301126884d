import { decodeCursor, encodeCursor, FIRST_ID, isId, LAST_ID } from './cursor.js';

/**
 * Cuts rows to a page. A repository reads one row more than the limit; that row says that another page follows.
 * `cursorOf` encodes the sort keys of the last row of the page.
 */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { page: Row[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, nextCursor: rows.length > limit && last ? cursorOf(last) : null };
}

// Replaced by toPage and Cursor; removed when no module uses them.

export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keysOf: (last: Row) => (string | number)[],
): { page: Row[]; nextCursor: string | null } {
  return toPage(rows, limit, (last) => encodeCursor(keysOf(last)));
}

export function afterId(cursor: string | undefined): string {
  return cursor ? (decodeCursor(cursor, isId)[0] as string) : FIRST_ID;
}

export function beforeId(cursor: string | undefined): string {
  return cursor ? (decodeCursor(cursor, isId)[0] as string) : LAST_ID;
}

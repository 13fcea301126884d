export interface RowPage<Row> {
  page: Row[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/**
 * Cuts rows to a page. A repository reads one row more than the limit; that row says that another page follows.
 * `cursorOf` encodes the sort keys of the last row of the page.
 */
export function toPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): RowPage<Row> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { page, nextCursor: rows.length > limit && last ? cursorOf(last) : null };
}

import { createHash } from 'node:crypto';

/** Number of texts with a name. The limit keeps generated texts from filling the memory of every connection. */
const MAX_STATEMENT_NAMES = 1_000;

/** Numbers that a literal LIMIT is rounded up to. Pages of the default sizes, read with one more row, lose nothing. */
const LIMIT_STEPS = [11, 21, 51, 101];

const statementNames = new Map<string, string>();

/**
 * Name of the prepared statement of a text; undefined when all names are used. The name is a hash of the text, so it is
 * the same on every connection and node, also behind a connection pooler.
 */
export function statementName(sql: string): string | undefined {
  const existing = statementNames.get(sql);
  if (existing || statementNames.size === MAX_STATEMENT_NAMES) return existing;
  const name = createHash('sha1').update(sql).digest('base64url');
  statementNames.set(sql, name);
  return name;
}

/** Number to write for a literal LIMIT: every text is a prepared statement in the memory of every session. */
export function roundUpLimit(limit: number): number {
  return LIMIT_STEPS.find((step) => step >= limit) ?? limit;
}

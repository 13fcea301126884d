import { createHash } from 'node:crypto';

/** Texts that get a name at most: a text that is made up anew each time must not fill every connection. */
const MAX_NAMES = 1_000;

const names = new Map<string, string>();

/**
 * The name under which a connection keeps a statement once it was parsed and planned, which costs PostgreSQL more than
 * most of ours take to run. The same text has the same name on every connection, of every node: a pooler may stand between.
 */
export function statementName(sql: string): string | undefined {
  const known = names.get(sql);
  if (known || names.size === MAX_NAMES) return known;
  const name = createHash('sha1').update(sql).digest('base64url');
  names.set(sql, name);
  return name;
}

import { createHash } from 'node:crypto';
import pg, { type QueryConfig } from 'pg';

/** One statement in a transaction of its own, with its duration and outcome. Reads private fields of pg. */
export class AutocommitQuery extends pg.Query {
  private sentAt = Infinity;

  constructor(text: string, values: unknown[]) {
    super({ name: statementName(text), text, values, queryMode: 'extended' } as QueryConfig);
    const submit = this.submit;
    this.submit = (connection) => {
      this.sentAt = performance.now();
      submit.call(this, connection);
    };
  }

  /** Milliseconds since the statement was sent. Excludes the wait for a connection; negative if it was never sent. */
  get durationMs(): number {
    return performance.now() - this.sentAt;
  }

  /**
   * True when PostgreSQL reported the statement as complete. In the extended protocol this report precedes the commit,
   * so a session that ended without it committed nothing.
   */
  get isComplete(): boolean {
    return (this as unknown as { _result: { command: string | null } })._result.command !== null;
  }
}

/** Number of texts with a name. The limit keeps generated texts from filling the memory of every connection. */
const MAX_STATEMENT_NAMES = 1_000;

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

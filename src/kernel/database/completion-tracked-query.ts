import pg, { type QueryConfig } from 'pg';
import { statementName } from './statement-names.js';

/** Autocommit statement with its duration, which knows whether PostgreSQL completed it. Reads private fields of pg. */
export class CompletionTrackedQuery extends pg.Query {
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

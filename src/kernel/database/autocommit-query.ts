import pg, { type QueryConfig } from 'pg';
import { statementName } from './statement-name.js';

/** A statement that is sent and committed by itself, and knows how far it came. It reads what pg keeps private. */
export class AutocommitQuery extends pg.Query {
  private sentAt = Infinity;

  constructor(text: string, values: unknown[]) {
    super({ name: statementName(text), text, values, queryMode: 'extended' } as QueryConfig);
    const send = this.submit;
    this.submit = (connection) => {
      this.sentAt = performance.now();
      send.call(this, connection);
    };
  }

  /** Milliseconds since it left; waiting for a free connection is not its fault, and what never left took no time. */
  get took(): number {
    return performance.now() - this.sentAt;
  }

  /**
   * With the extended protocol, what PostgreSQL commits it reports as complete first: when it ends the session before
   * that, nothing has happened.
   */
  get isComplete(): boolean {
    return (this as unknown as { _result: { command: string | null } })._result.command !== null;
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { unauthenticated } from '../../kernel/errors/base.errors.js';

/** The counter `me` of a person: each change of what is theirs alone is its next value. */
@Injectable()
export class AccountVersionService {
  constructor(private readonly database: Database) {}

  /** Whoever changes what is a person's alone holds this until the end of the transaction. Answers the counter. */
  async lockUser(userId: string, { evenInactive = false } = {}): Promise<number> {
    const person = await this.database.queryOne<{ account_version: number }>(
      'SELECT account_version FROM users WHERE id = $1 AND (is_active OR $2) FOR NO KEY UPDATE',
      [userId, evenInactive],
    );
    if (!person) throw unauthenticated();
    return person.account_version;
  }

  /** One more change of theirs; they are locked. */
  async increment(userId: string): Promise<number> {
    const person = await this.database.queryOne<{ account_version: number }>(
      'UPDATE users SET account_version = account_version + 1 WHERE id = $1 RETURNING account_version',
      [userId],
    );
    return person!.account_version;
  }
}

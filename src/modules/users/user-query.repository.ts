import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { ReservedConnection } from '../../kernel/database/reserved-connection.js';
import { type ColumnsOf, selectList } from '../../kernel/database/row-of.js';
import { toPrefixQuery, toWordQuery } from '../../kernel/text/tokenizer.js';
import type { SessionRevocations } from '../../kernel/identity/session-monitor.js';
import type { UserRow, UserSummaryRow } from './dto/user.dto.js';
import type { User } from './entities/user.entity.js';

export const USER_COLUMNS = selectList<UserRow>({
  id: true,
  tms_user_id: true,
  username: true,
  email: true,
  display_name: true,
  avatar_url: true,
  role: true,
  is_active: true,
  settings: true,
  account_version: true,
  profile_changed_at: true,
  created_at: true,
});
const SUMMARY_COLUMNS = selectList<UserSummaryRow>({
  id: true,
  username: true,
  display_name: true,
  avatar_url: true,
  profile_changed_at: true,
});

/** Most recently active conversations whose members are contacts, and number of contacts. */
const [MAX_CONVERSATIONS, MAX_CONTACTS] = [50, 1_000];

export type ProvisionedUserRow = UserRow & ColumnsOf<User, 'profile_issued_at'> & { now: Date };
/** Contacts with changed profiles, and the time up to which they are complete. */
export interface ChangedContacts {
  userIds: string[];
  asOf: Date;
}
export type LocalAccountRow = UserRow & { password_hash: string };

/** Reads of users. Writes are in UsersRepository. */
@Injectable()
export class UserQueryRepository implements SessionRevocations {
  constructor(
    private readonly database: Database,
    private readonly reserved: ReservedConnection,
  ) {}

  findUserByTmsUserId(tmsUserId: string): Promise<ProvisionedUserRow | null> {
    return this.database.queryOne(
      `SELECT ${USER_COLUMNS}, profile_issued_at, now() FROM users WHERE tms_user_id = $1`,
      [tmsUserId],
    );
  }

  findUserById(id: string): Promise<UserRow | null> {
    return this.database.queryOne(`SELECT ${USER_COLUMNS} FROM users WHERE id = $1`, [id]);
  }

  /** Local account with the username, or with the e-mail address if the login contains `@`. */
  findLocalAccountByLogin(login: string): Promise<LocalAccountRow | null> {
    const column = login.includes('@') ? 'email' : 'username';
    return this.database.queryOne(
      `SELECT ${USER_COLUMNS}, password_hash FROM users WHERE tms_user_id LIKE 'local:%' AND lower(${column}) = lower($1)`,
      [login],
    );
  }

  /** Whether the username belongs to any user, or else the e-mail address to a local account. */
  async findTakenLogin(username: string, email: string | null): Promise<'username' | 'email' | null> {
    const row = await this.database.queryOne<{ taken: 'username' | 'email' }>(
      `(SELECT 'username' AS taken FROM users WHERE lower(username) = lower($1) LIMIT 1)
       UNION ALL
       (SELECT 'email' FROM users WHERE tms_user_id LIKE 'local:%' AND lower(email) = lower($2) LIMIT 1)
       LIMIT 1`,
      [username, email],
    );
    return row?.taken ?? null;
  }

  findUserSummaries(ids: readonly string[]): Promise<UserSummaryRow[]> {
    return this.database.query(`SELECT ${SUMMARY_COLUMNS} FROM users WHERE id = ANY($1)`, [ids]);
  }

  /** Connected users who share one of the most recently active conversations of the user, of small ones first. */
  async findConnectedContactIds(userId: string, connectedIds: readonly string[]): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(
      'SELECT user_id FROM connected_contacts($1, $2, $3, $4)',
      [userId, connectedIds, MAX_CONVERSATIONS, MAX_CONTACTS],
    );
    return rows.map(({ user_id }) => user_id);
  }

  /** Contacts whose names or avatar changed after a time, oldest change first; null: none. */
  async findChangedContacts(userId: string, since: Date | null): Promise<ChangedContacts> {
    const row = await this.database.queryOne<ChangedContacts>(
      'SELECT user_ids AS "userIds", as_of AS "asOf" FROM changed_contacts($1, $2, $3, $4)',
      [userId, since, MAX_CONVERSATIONS, MAX_CONTACTS],
    );
    return row!;
  }

  /**
   * Active users whose names have all terms as words, then those with a word with each beginning; each by name. Each kind is read up
   * to the limit only, so many users with a beginning do not displace one with the word.
   */
  listUsersByNameTerms(terms: readonly string[], limit: number): Promise<UserSummaryRow[]> {
    const find = (rank: number, query: string): string =>
      `(SELECT id, ${rank} AS rank FROM users
        WHERE is_active AND (username_terms || display_name_terms) @@ ${query}::tsquery LIMIT $3)`;
    return this.database.query(
      `WITH found AS (${find(1, '$1')} UNION ALL ${find(2, '$2')}),
         ranked AS (SELECT id, min(rank) AS rank FROM found GROUP BY id ORDER BY 2 LIMIT $3)
       SELECT ${SUMMARY_COLUMNS} FROM ranked JOIN users USING (id)
       ORDER BY rank, lower(coalesce(display_name, username)), id`,
      [toWordQuery(terms), toPrefixQuery(terms), limit],
    );
  }

  listUserSummaries(afterId: string, limit: number): Promise<UserSummaryRow[]> {
    return this.database.query(`SELECT ${SUMMARY_COLUMNS} FROM users WHERE id > $1 ORDER BY id LIMIT $2`, [
      afterId,
      limit,
    ]);
  }

  listUserSummariesByIds(ids: readonly string[], afterId: string, limit: number): Promise<UserSummaryRow[]> {
    return this.database.query(
      `SELECT ${SUMMARY_COLUMNS} FROM users WHERE id = ANY($1) AND id > $2 ORDER BY id LIMIT $3`,
      [ids, afterId, limit],
    );
  }

  /** An inactive user counts as revoked just now, so that a socket that connects meanwhile is disconnected too. */
  listRevokedSince(milliseconds: number): Promise<{ userId: string; revokedAt: Date }[]> {
    return this.reserved.query(
      `SELECT id AS "userId", CASE WHEN is_active THEN sessions_revoked_at ELSE now() END AS "revokedAt"
       FROM users WHERE sessions_revoked_at > now() - $1 * interval '1 millisecond'`,
      [milliseconds],
    );
  }
}

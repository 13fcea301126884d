import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { ReservedConnection } from '../../kernel/database/reserved-connection.js';
import type { SessionRevocations } from '../../kernel/identity/session-monitor.js';
import type { UserRow } from './dto/user.dto.js';

export const COLUMNS =
  'id, tms_user_id, username, email, display_name, avatar_url, role, is_active, settings, account_version, created_at';
const CARD = 'id, username, display_name, avatar_url';

export type AdmittedRow = UserRow & { profile_issued_at: Date | null; now: Date };
export type AccountRow = UserRow & { password_hash: string };
export type CardRow = Pick<UserRow, 'id' | 'username' | 'display_name' | 'avatar_url'>;

/** The rows of users, read. */
@Injectable()
export class UsersRepository implements SessionRevocations {
  constructor(
    private readonly database: Database,
    private readonly reserved: ReservedConnection,
  ) {}

  findByTmsUserId(tmsUserId: string): Promise<AdmittedRow | null> {
    return this.database.queryOne(
      `SELECT ${COLUMNS}, profile_issued_at, now() FROM users WHERE tms_user_id = $1`,
      [tmsUserId],
    );
  }

  findById(id: string): Promise<UserRow | null> {
    return this.database.queryOne(`SELECT ${COLUMNS} FROM users WHERE id = $1`, [id]);
  }

  /** An account kept here, by its username or its e-mail address. */
  findAccount(login: string): Promise<AccountRow | null> {
    const name = login.includes('@') ? 'email' : 'username';
    return this.database.queryOne(
      `SELECT ${COLUMNS}, password_hash FROM users WHERE tms_user_id LIKE 'local:%' AND lower(${name}) = lower($1)`,
      [login],
    );
  }

  /** Which of the two an account kept here has already. */
  async findTaken(username: string, email: string | null): Promise<'username' | 'email' | null> {
    const row = await this.database.queryOne<{ taken: 'username' | 'email' }>(
      `SELECT CASE WHEN lower(username) = lower($1) THEN 'username' ELSE 'email' END AS taken FROM users
       WHERE tms_user_id LIKE 'local:%' AND (lower(username) = lower($1) OR lower(email) = lower($2))
       ORDER BY taken DESC LIMIT 1`,
      [username, email],
    );
    return row?.taken ?? null;
  }

  findSummaries(ids: readonly string[]): Promise<CardRow[]> {
    return this.database.query(`SELECT ${CARD} FROM users WHERE id = ANY($1)`, [ids]);
  }

  /** By the two indexes on names, each no further than needed: a common beginning costs no more than a rare one. */
  findByName(beginning: string, limit: number): Promise<CardRow[]> {
    const pattern = `${beginning.replace(/[\\%_]/g, '\\$&')}%`;
    return this.database.query(
      `SELECT * FROM (
         (SELECT ${CARD} FROM users WHERE lower(username) LIKE lower($1) LIMIT $2)
         UNION
         (SELECT ${CARD} FROM users WHERE lower(display_name) LIKE lower($1) LIMIT $2)
       ) found ORDER BY lower(coalesce(display_name, username)), id LIMIT $2`,
      [pattern, limit],
    );
  }

  listAll(after: string, limit: number): Promise<CardRow[]> {
    return this.database.query(`SELECT ${CARD} FROM users WHERE id > $1 ORDER BY id LIMIT $2`, [
      after,
      limit,
    ]);
  }

  listByIds(ids: readonly string[], after: string, limit: number): Promise<CardRow[]> {
    return this.database.query(
      `SELECT ${CARD} FROM users WHERE id = ANY($1) AND id > $2 ORDER BY id LIMIT $3`,
      [ids, after, limit],
    );
  }

  /** Somebody inactive has ended just now: whatever connects meanwhile ends too. */
  listRevokedSince(milliseconds: number): Promise<{ userId: string; endedAt: Date }[]> {
    return this.reserved.query(
      `SELECT id AS "userId", CASE WHEN is_active THEN sessions_revoked_at ELSE now() END AS "endedAt"
       FROM users WHERE sessions_revoked_at > now() - $1 * interval '1 millisecond'`,
      [milliseconds],
    );
  }
}

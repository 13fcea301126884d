import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { ReservedConnection } from '../../kernel/database/reserved-connection.js';
import { newId } from '../../kernel/database/new-id.js';
import type { Revocations } from '../../kernel/realtime/sessions.js';
import type { UserRow } from './dto/user.dto.js';
import type { HostProfile } from './dto/host-profile.js';

const COLUMNS =
  'id, tms_user_id, username, email, display_name, avatar_url, role, is_active, settings, created_at';
const CARD = 'id, username, display_name, avatar_url';

export type AdmittedRow = UserRow & { profile_issued_at: Date | null; now: Date };
export type CardRow = Pick<UserRow, 'id' | 'username' | 'display_name' | 'avatar_url'>;

@Injectable()
export class UsersRepository implements Revocations {
  constructor(
    private readonly database: Database,
    private readonly reserved: ReservedConnection,
  ) {}

  findByTmsUserId(tmsUserId: string): Promise<AdmittedRow | null> {
    return this.database.row(
      `SELECT ${COLUMNS}, profile_issued_at, now() FROM users WHERE tms_user_id = $1`,
      [tmsUserId],
    );
  }

  /**
   * Creates the person, or refreshes the profile from a newer token; claims that are absent change nothing. Who is no
   * admin any more loses the sessions in which they were one, not the one that begins now.
   */
  upsert({
    tmsUserId,
    username,
    email,
    displayName,
    avatarUrl,
    role,
    issuedAt,
  }: HostProfile): Promise<AdmittedRow | null> {
    return this.database.row(
      `INSERT INTO users AS known (id, tms_user_id, username, email, display_name, avatar_url, role, profile_issued_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       ON CONFLICT (tms_user_id) DO UPDATE SET
         username = coalesce(excluded.username, known.username),
         email = coalesce(excluded.email, known.email),
         display_name = coalesce(excluded.display_name, known.display_name),
         avatar_url = coalesce(excluded.avatar_url, known.avatar_url),
         role = CASE known.role WHEN 'bot' THEN known.role ELSE excluded.role END,
         sessions_ended_at = CASE WHEN known.role = 'admin' AND excluded.role <> 'admin'
           THEN date_trunc('milliseconds', now()) - interval '1 millisecond' ELSE known.sessions_ended_at END,
         profile_issued_at = excluded.profile_issued_at,
         updated_at = now()
       WHERE excluded.profile_issued_at > coalesce(known.profile_issued_at, '-infinity')
       RETURNING ${COLUMNS}, profile_issued_at, now()`,
      [newId(), tmsUserId, username, email, displayName, avatarUrl, role, issuedAt],
    );
  }

  findById(id: string): Promise<UserRow | null> {
    return this.database.row(`SELECT ${COLUMNS} FROM users WHERE id = $1`, [id]);
  }

  /** What is undefined stays as it is. Deactivating ends all sessions. Nobody inactive changes themselves. */
  update(
    id: string,
    change: { displayName?: string; avatarUrl?: string | null; isActive?: boolean },
    { asThemselves }: { asThemselves: boolean },
  ): Promise<UserRow | null> {
    return this.database.row(
      `UPDATE users SET
         display_name = coalesce($2, display_name),
         avatar_url = CASE WHEN $3 THEN $4 ELSE avatar_url END,
         is_active = coalesce($5, is_active),
         sessions_ended_at = CASE WHEN is_active AND NOT $5 THEN clock_timestamp() ELSE sessions_ended_at END,
         updated_at = now()
       WHERE id = $1 AND (is_active OR NOT $6)
       RETURNING ${COLUMNS}`,
      [
        id,
        change.displayName,
        change.avatarUrl !== undefined,
        change.avatarUrl,
        change.isActive,
        asThemselves,
      ],
    );
  }

  cards(ids: readonly string[]): Promise<CardRow[]> {
    return this.database.rows(`SELECT ${CARD} FROM users WHERE id = ANY($1)`, [ids]);
  }

  /** By the two indexes on names, each no further than needed: a common beginning costs no more than a rare one. */
  findByName(beginning: string, limit: number): Promise<CardRow[]> {
    const pattern = `${beginning.replace(/[\\%_]/g, '\\$&')}%`;
    return this.database.rows(
      `SELECT * FROM (
         (SELECT ${CARD} FROM users WHERE lower(username) LIKE lower($1) LIMIT $2)
         UNION
         (SELECT ${CARD} FROM users WHERE lower(display_name) LIKE lower($1) LIMIT $2)
       ) found ORDER BY lower(coalesce(display_name, username)), id LIMIT $2`,
      [pattern, limit],
    );
  }

  listAll(after: string | null, limit: number): Promise<CardRow[]> {
    return this.database.rows(
      `SELECT ${CARD} FROM users WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT $2`,
      [after, limit],
    );
  }

  listByIds(ids: readonly string[], after: string | null, limit: number): Promise<CardRow[]> {
    return this.database.rows(
      `SELECT ${CARD} FROM users WHERE id = ANY($1) AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
      [ids, after, limit],
    );
  }

  /** Somebody inactive has ended just now: whatever connects meanwhile ends too. */
  endedSince(milliseconds: number): Promise<{ userId: string; endedAt: Date }[]> {
    return this.reserved.rows(
      `SELECT id AS "userId", CASE WHEN is_active THEN sessions_ended_at ELSE now() END AS "endedAt"
       FROM users WHERE sessions_ended_at > now() - $1 * interval '1 millisecond'`,
      [milliseconds],
    );
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { v7 as newId } from 'uuid';
import type { HostProfile } from './dto/host-profile.js';
import type { NewAccount } from './dto/local-account.js';
import type { UpsertUserDto } from './dto/upsert-users.dto.js';
import type { UserRow } from './dto/user.dto.js';
import { COLUMNS, type AdmittedRow } from './users.repository.js';

/** What a newer token makes of a profile: claims that are absent change nothing, and a bot stays one. */
const EXCLUDED_PROFILE = `coalesce(excluded.username, known.username), coalesce(excluded.email, known.email),
  coalesce(excluded.display_name, known.display_name), coalesce(excluded.avatar_url, known.avatar_url),
  CASE known.role WHEN 'bot' THEN known.role ELSE excluded.role END`;
const PROFILE = 'username, email, display_name, avatar_url, role';
/** The fields of an upsert that are the profile: with one of them, it is newer than all tokens issued before. */
const PROFILE_FIELDS = `ARRAY['username', 'email', 'displayName', 'avatarUrl', 'role']`;

const of = (alias: string, columns: string): string => columns.replace(/\w+/g, (name) => `${alias}.${name}`);

/**
 * The rows of users, written. What changes something that people see of themselves counts it in account_version, in the same
 * statement; what changes nothing does not.
 */
@Injectable()
export class ProfilesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Creates the person, or refreshes the profile from a newer token. Who is no admin any more loses the sessions in which
   * they were one, not the one that begins now.
   */
  upsert(profile: HostProfile): Promise<AdmittedRow | null> {
    const { tmsUserId, username, email, displayName, avatarUrl, role, issuedAt } = profile;
    return this.database.queryOne(
      `INSERT INTO users AS known (id, tms_user_id, ${PROFILE}, profile_issued_at, last_synced_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())
       ON CONFLICT (tms_user_id) DO UPDATE SET
         (${PROFILE}) = ROW (${EXCLUDED_PROFILE}),
         sessions_revoked_at = CASE WHEN known.role = 'admin' AND excluded.role <> 'admin'
           THEN date_trunc('milliseconds', now()) - interval '1 millisecond' ELSE known.sessions_revoked_at END,
         account_version = known.account_version + (ROW (${EXCLUDED_PROFILE}) IS DISTINCT FROM ROW (${of('known', PROFILE)}))::int,
         profile_issued_at = excluded.profile_issued_at,
         last_synced_at = now(),
         updated_at = now()
       WHERE excluded.profile_issued_at > coalesce(known.profile_issued_at, '-infinity')
       RETURNING ${COLUMNS}, profile_issued_at, now()`,
      [newId(), tmsUserId, username, email, displayName, avatarUrl, role, issuedAt],
    );
  }

  /**
   * What is undefined stays as it is, each setting too; no row: nothing changed. Deactivating ends all sessions. Nobody
   * inactive changes themselves.
   */
  update(
    id: string,
    change: { displayName?: string; avatarUrl?: string | null; isActive?: boolean; settings?: object },
    { asThemselves }: { asThemselves: boolean },
  ): Promise<UserRow | null> {
    const changed = `coalesce($2, display_name), CASE WHEN $3 THEN $4 ELSE avatar_url END, coalesce($5, is_active),
      settings || $7::jsonb`;
    return this.database.queryOne(
      `UPDATE users SET
         (display_name, avatar_url, is_active, settings) = ROW (${changed}),
         sessions_revoked_at = CASE WHEN is_active AND NOT $5 THEN clock_timestamp() ELSE sessions_revoked_at END,
         account_version = account_version + 1,
         updated_at = now()
       WHERE id = $1 AND (is_active OR NOT $6)
         AND ROW (${changed}) IS DISTINCT FROM ROW (display_name, avatar_url, is_active, settings)
       RETURNING ${COLUMNS}`,
      [
        id,
        change.displayName,
        change.avatarUrl !== undefined,
        change.avatarUrl,
        change.isActive,
        asThemselves,
        JSON.stringify(change.settings ?? {}),
      ],
    );
  }

  /** Creates those of the people whom nobody knows yet, in one order, so that two calls never wait for each other. */
  async addMissing(people: readonly UpsertUserDto[]): Promise<void> {
    await this.database.query(
      `INSERT INTO users (id, tms_user_id, ${PROFILE}, is_active, profile_issued_at)
       SELECT (item->>'id')::uuid, item->>'tmsUserId', item->>'username', item->>'email', item->>'displayName',
         item->>'avatarUrl', coalesce(item->>'role', 'user'), coalesce((item->>'isActive')::boolean, true),
         CASE WHEN item ?| ${PROFILE_FIELDS} THEN date_trunc('second', now()) END
       FROM jsonb_array_elements($1::jsonb) item ORDER BY item->>'tmsUserId' COLLATE "C"
       ON CONFLICT (tms_user_id) DO NOTHING`,
      [JSON.stringify(people.map((one) => ({ id: newId(), ...one })))],
    );
  }

  /** Nobody else changes these people until the transaction ends. In the order of ids, as everywhere. */
  lock(tmsUserIds: readonly string[]): Promise<UserRow[]> {
    return this.database.query(
      `SELECT ${COLUMNS} FROM users WHERE tms_user_id = ANY($1) ORDER BY id FOR NO KEY UPDATE`,
      [tmsUserIds],
    );
  }

  /** What is left out stays as it is, null takes it away. Whoever is deactivated, or no admin any more, loses all sessions. */
  overwrite(people: readonly UpsertUserDto[]): Promise<UserRow[]> {
    const shown = `${PROFILE}, is_active`;
    return this.database.query(
      `WITH wanted AS (
         SELECT known.id AS known_id, item ?| ${PROFILE_FIELDS} AS has_profile,
           CASE WHEN item ? 'username' THEN item->>'username' ELSE known.username END AS username,
           CASE WHEN item ? 'email' THEN item->>'email' ELSE known.email END AS email,
           CASE WHEN item ? 'displayName' THEN item->>'displayName' ELSE known.display_name END AS display_name,
           CASE WHEN item ? 'avatarUrl' THEN item->>'avatarUrl' ELSE known.avatar_url END AS avatar_url,
           coalesce(item->>'role', known.role) AS role,
           coalesce((item->>'isActive')::boolean, known.is_active) AS is_active
         FROM jsonb_array_elements($1::jsonb) item JOIN users known ON known.tms_user_id = item->>'tmsUserId'
       ), change AS (
         SELECT wanted.*, ROW (${of('wanted', shown)}) IS DISTINCT FROM ROW (${of('known', shown)}) AS is_one
         FROM wanted JOIN users known ON known.id = known_id
       )
       UPDATE users known SET
         (${shown}) = ROW (${of('change', shown)}),
         sessions_revoked_at = CASE
           WHEN known.is_active AND NOT change.is_active OR known.role = 'admin' AND change.role <> 'admin'
           THEN clock_timestamp() ELSE known.sessions_revoked_at END,
         account_version = known.account_version + is_one::int,
         profile_issued_at = CASE WHEN has_profile
           THEN greatest(known.profile_issued_at, date_trunc('second', now())) ELSE known.profile_issued_at END,
         last_synced_at = now(),
         updated_at = CASE WHEN is_one THEN now() ELSE known.updated_at END
       FROM change WHERE known.id = known_id
       RETURNING ${of('known', COLUMNS)}`,
      [JSON.stringify(people)],
    );
  }

  /** Null when somebody has the username or the e-mail address. */
  addAccount({ username, email, displayName, passwordHash }: NewAccount): Promise<UserRow | null> {
    const id = newId();
    return this.database.queryOne(
      `INSERT INTO users (id, tms_user_id, username, email, display_name, password_hash)
       VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
      [id, `local:${id}`, username, email, displayName, passwordHash],
    );
  }

  async revokeSessions(id: string): Promise<void> {
    await this.database.query('UPDATE users SET sessions_revoked_at = clock_timestamp() WHERE id = $1', [id]);
  }
}

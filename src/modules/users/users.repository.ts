import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { tokenize } from '../../kernel/text/tokenizer.js';
import { v7 as newId } from 'uuid';
import type { HostProfile, NewLocalAccount } from './dto/account.dto.js';
import type { UpsertUserDto } from './dto/update-users.dto.js';
import type { UserRow } from './dto/user.dto.js';
import { USER_COLUMNS, type ProvisionedUserRow } from './user-query.repository.js';

/** Fields of a newer token over the existing profile: absent claims change nothing, and the role `bot` remains. */
const EXCLUDED_PROFILE = `coalesce(excluded.username, existing.username), coalesce(excluded.email, existing.email),
  coalesce(excluded.display_name, existing.display_name), coalesce(excluded.avatar_url, existing.avatar_url),
  CASE existing.role WHEN 'bot' THEN existing.role ELSE excluded.role END,
  CASE WHEN excluded.username IS NULL THEN existing.username_terms ELSE excluded.username_terms END,
  CASE WHEN excluded.display_name IS NULL THEN existing.display_name_terms ELSE excluded.display_name_terms END`;
const PROFILE_COLUMNS = 'username, email, display_name, avatar_url, role, username_terms, display_name_terms';
/** Profile fields of a bulk upsert. An item with one of them makes the profile newer than all tokens issued before. */
const PROFILE_FIELDS = `ARRAY['username', 'email', 'displayName', 'avatarUrl', 'role']`;

const qualify = (alias: string, columns: string): string =>
  columns.replace(/\w+/g, (name) => `${alias}.${name}`);

/** Search terms of a name. */
const toTerms = (name: string | null | undefined): string[] => tokenize(name ?? '');
const withTerms = (item: UpsertUserDto): object => ({
  ...item,
  usernameTerms: toTerms(item.username),
  displayNameTerms: toTerms(item.displayName),
});
const itemTerms = (field: string): string =>
  `array_to_tsvector(ARRAY(SELECT jsonb_array_elements_text(item->'${field}')))`;

/**
 * Writes of users. A statement that changes a field visible to the user itself increments account_version; a statement
 * that changes nothing does not.
 */
@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  /**
   * Creates the user, or refreshes the profile from a newer token. Null when the token is not newer. A user that loses
   * the role admin also loses the sessions that began with it, except the one that begins now.
   */
  upsertProfile(profile: HostProfile): Promise<ProvisionedUserRow | null> {
    const { tmsUserId, username, email, displayName, avatarUrl, role, issuedAt } = profile;
    return this.database.queryOne(
      `INSERT INTO users AS existing (id, tms_user_id, ${PROFILE_COLUMNS}, profile_issued_at, last_synced_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, array_to_tsvector($9::text[]), array_to_tsvector($10::text[]), $8, now())
       ON CONFLICT (tms_user_id) DO UPDATE SET
         (${PROFILE_COLUMNS}) = ROW (${EXCLUDED_PROFILE}),
         sessions_revoked_at = CASE WHEN existing.role = 'admin' AND excluded.role <> 'admin'
           THEN date_trunc('milliseconds', now()) - interval '1 millisecond' ELSE existing.sessions_revoked_at END,
         account_version = existing.account_version
           + (ROW (${EXCLUDED_PROFILE}) IS DISTINCT FROM ROW (${qualify('existing', PROFILE_COLUMNS)}))::int,
         profile_issued_at = excluded.profile_issued_at,
         last_synced_at = now(),
         updated_at = now()
       WHERE excluded.profile_issued_at > coalesce(existing.profile_issued_at, '-infinity')
       RETURNING ${USER_COLUMNS}, profile_issued_at, now()`,
      [
        newId(),
        tmsUserId,
        username,
        email,
        displayName,
        avatarUrl,
        role,
        issuedAt,
        toTerms(username),
        toTerms(displayName),
      ],
    );
  }

  /**
   * Changes the given fields and settings; undefined leaves a field unchanged. Null when nothing changed, or when an
   * inactive user changes itself. Deactivation revokes all sessions.
   */
  updateUserRow(
    id: string,
    change: { displayName?: string; avatarUrl?: string | null; isActive?: boolean; settings?: object },
    { isSelf }: { isSelf: boolean },
  ): Promise<UserRow | null> {
    const changed = `coalesce($2, display_name), CASE WHEN $3 THEN $4 ELSE avatar_url END, coalesce($5, is_active),
      settings || $7::jsonb, CASE WHEN $2::text IS NULL THEN display_name_terms ELSE array_to_tsvector($8::text[]) END`;
    const columns = 'display_name, avatar_url, is_active, settings, display_name_terms';
    return this.database.queryOne(
      `UPDATE users SET
         (${columns}) = ROW (${changed}),
         sessions_revoked_at = CASE WHEN is_active AND NOT $5 THEN clock_timestamp() ELSE sessions_revoked_at END,
         account_version = account_version + 1,
         updated_at = now()
       WHERE id = $1 AND (is_active OR NOT $6)
         AND ROW (${changed}) IS DISTINCT FROM ROW (${columns})
       RETURNING ${USER_COLUMNS}`,
      [
        id,
        change.displayName,
        change.avatarUrl !== undefined,
        change.avatarUrl,
        change.isActive,
        isSelf,
        JSON.stringify(change.settings ?? {}),
        toTerms(change.displayName),
      ],
    );
  }

  /** Creates the users that do not exist yet. Rows are inserted in one order, so that concurrent calls cannot deadlock. */
  async insertMissingUsers(items: readonly UpsertUserDto[]): Promise<void> {
    await this.database.query(
      `INSERT INTO users (id, tms_user_id, ${PROFILE_COLUMNS}, is_active, profile_issued_at)
       SELECT (item->>'id')::uuid, item->>'tmsUserId', item->>'username', item->>'email', item->>'displayName',
         item->>'avatarUrl', coalesce(item->>'role', 'user'), ${itemTerms('usernameTerms')}, ${itemTerms('displayNameTerms')}, coalesce((item->>'isActive')::boolean, true),
         CASE WHEN item ?| ${PROFILE_FIELDS} THEN date_trunc('second', now()) END
       FROM jsonb_array_elements($1::jsonb) item ORDER BY item->>'tmsUserId' COLLATE "C"
       ON CONFLICT (tms_user_id) DO NOTHING`,
      [JSON.stringify(items.map((item) => ({ id: newId(), ...withTerms(item) })))],
    );
  }

  /** Locks the users until the end of the transaction, in ascending order of id as everywhere. */
  lockUsers(tmsUserIds: readonly string[]): Promise<UserRow[]> {
    return this.database.query(
      `SELECT ${USER_COLUMNS} FROM users WHERE tms_user_id = ANY($1) ORDER BY id FOR NO KEY UPDATE`,
      [tmsUserIds],
    );
  }

  /**
   * Updates locked users: an omitted field stays unchanged, null clears it. A user that is deactivated or loses the role
   * admin loses all sessions. Returns all of the users.
   */
  updateUserRows(items: readonly UpsertUserDto[]): Promise<UserRow[]> {
    const columns = `${PROFILE_COLUMNS}, is_active`;
    return this.database.query(
      `WITH requested AS (
         SELECT existing.id AS existing_id, item ?| ${PROFILE_FIELDS} AS has_profile,
           CASE WHEN item ? 'username' THEN item->>'username' ELSE existing.username END AS username,
           CASE WHEN item ? 'email' THEN item->>'email' ELSE existing.email END AS email,
           CASE WHEN item ? 'displayName' THEN item->>'displayName' ELSE existing.display_name END AS display_name,
           CASE WHEN item ? 'avatarUrl' THEN item->>'avatarUrl' ELSE existing.avatar_url END AS avatar_url,
           coalesce(item->>'role', existing.role) AS role,
           CASE WHEN item ? 'username' THEN ${itemTerms('usernameTerms')} ELSE existing.username_terms END AS username_terms,
           CASE WHEN item ? 'displayName' THEN ${itemTerms('displayNameTerms')} ELSE existing.display_name_terms END
             AS display_name_terms,
           coalesce((item->>'isActive')::boolean, existing.is_active) AS is_active
         FROM jsonb_array_elements($1::jsonb) item JOIN users existing ON existing.tms_user_id = item->>'tmsUserId'
       ), change AS (
         SELECT requested.*, ROW (${qualify('requested', columns)}) IS DISTINCT FROM ROW (${qualify('existing', columns)}) AS is_change
         FROM requested JOIN users existing ON existing.id = existing_id
       )
       UPDATE users existing SET
         (${columns}) = ROW (${qualify('change', columns)}),
         sessions_revoked_at = CASE
           WHEN existing.is_active AND NOT change.is_active OR existing.role = 'admin' AND change.role <> 'admin'
           THEN clock_timestamp() ELSE existing.sessions_revoked_at END,
         account_version = existing.account_version + is_change::int,
         profile_issued_at = CASE WHEN has_profile
           THEN greatest(existing.profile_issued_at, date_trunc('second', now())) ELSE existing.profile_issued_at END,
         last_synced_at = now(),
         updated_at = CASE WHEN is_change THEN now() ELSE existing.updated_at END
       FROM change WHERE existing.id = existing_id
       RETURNING ${qualify('existing', USER_COLUMNS)}`,
      [JSON.stringify(items.map(withTerms))],
    );
  }

  /** Null when the username or the e-mail address belongs to another local account. */
  insertLocalAccount(account: NewLocalAccount): Promise<UserRow | null> {
    const { username, email, displayName, passwordHash } = account;
    const id = newId();
    return this.database.queryOne(
      `INSERT INTO users (id, tms_user_id, username, email, display_name, password_hash, username_terms, display_name_terms)
       VALUES ($1, $2, $3, $4, $5, $6, array_to_tsvector($7::text[]), array_to_tsvector($8::text[])) ON CONFLICT DO NOTHING RETURNING ${USER_COLUMNS}`,
      [
        id,
        `local:${id}`,
        username,
        email,
        displayName,
        passwordHash,
        toTerms(username),
        toTerms(displayName),
      ],
    );
  }

  async revokeSessions(id: string): Promise<void> {
    await this.database.query('UPDATE users SET sessions_revoked_at = clock_timestamp() WHERE id = $1', [id]);
  }

  /** Null when the user does not exist or is inactive. */
  async lockAccountVersion(id: string, includeInactive: boolean): Promise<number | null> {
    const row = await this.database.queryOne<Pick<UserRow, 'account_version'>>(
      'SELECT account_version FROM users WHERE id = $1 AND (is_active OR $2) FOR NO KEY UPDATE',
      [id, includeInactive],
    );
    return row?.account_version ?? null;
  }

  async incrementAccountVersion(id: string): Promise<number> {
    const row = await this.database.queryOne<Pick<UserRow, 'account_version'>>(
      'UPDATE users SET account_version = account_version + 1 WHERE id = $1 RETURNING account_version',
      [id],
    );
    return row!.account_version;
  }
}

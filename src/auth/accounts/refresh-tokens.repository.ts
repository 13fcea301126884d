import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { ColumnsOf } from '../../kernel/database/row-of.js';
import type { UserRole } from '../../kernel/identity/auth-user.js';
import type { RefreshToken } from './entities/refresh-token.entity.js';

/** Lifetime of a refresh token from its last use. */
const LIFETIME = `interval '30 days'`;
/** Time in which the previous token remains valid, because tabs of one browser refresh concurrently. */
const GRACE_PERIOD = `interval '30 seconds'`;
const MAX_EXPIRED_DELETIONS = 100;
/** Sign-ins of a user; the ones unused for longest end. */
const MAX_FAMILIES_PER_USER = 100;

export type RefreshTokenRow = ColumnsOf<
  RefreshToken,
  'family_id' | 'user_id' | 'generation' | 'token_hash' | 'previous_hash' | 'expires_at'
> & {
  /** True while the previous token is accepted. */
  is_previous_valid: boolean;
};

export interface SessionRow {
  id: string;
  role: UserRole;
  is_active: boolean;
  generation: number;
  is_seen: boolean;
  /** Current time of the database. */
  now: Date;
}

const COLUMNS = `family_id, user_id, generation, token_hash, previous_hash, expires_at,
  NOT is_seen OR rotated_at > clock_timestamp() - ${GRACE_PERIOD} AS is_previous_valid`;

/** Sign-ins of local accounts: one row a family of refresh tokens. */
@Injectable()
export class RefreshTokensRepository {
  constructor(private readonly database: Database) {}

  /** Inserts a family and deletes some expired ones, and those of the user beyond the limit. */
  async insertFamily(familyId: string, userId: string, tokenHash: Buffer): Promise<RefreshTokenRow> {
    const row = await this.database.queryOne<RefreshTokenRow>(
      `WITH expired AS (
         SELECT family_id FROM refresh_tokens WHERE expires_at < now()
         ORDER BY expires_at LIMIT ${MAX_EXPIRED_DELETIONS} FOR UPDATE SKIP LOCKED
       ), surplus AS (
         SELECT family_id FROM refresh_tokens WHERE family_id IN (
           SELECT family_id FROM refresh_tokens WHERE user_id = $2
           ORDER BY rotated_at DESC, family_id DESC OFFSET ${MAX_FAMILIES_PER_USER - 1})
         FOR UPDATE SKIP LOCKED
       ), deleted AS (
         DELETE FROM refresh_tokens
         WHERE family_id IN (SELECT family_id FROM expired UNION ALL SELECT family_id FROM surplus)
       )
       INSERT INTO refresh_tokens (family_id, user_id, token_hash, expires_at)
       VALUES ($1, $2, $3, now() + ${LIFETIME}) RETURNING ${COLUMNS}`,
      [familyId, userId, tokenHash],
    );
    return row!;
  }

  /** Locks the row until the end of the unit of work. Null for an unknown or expired family. */
  lockFamily(familyId: string): Promise<RefreshTokenRow | null> {
    return this.database.queryOne(
      `SELECT ${COLUMNS} FROM refresh_tokens WHERE family_id = $1 AND expires_at > now() FOR NO KEY UPDATE`,
      [familyId],
    );
  }

  async rotateToken(familyId: string, tokenHash: Buffer): Promise<RefreshTokenRow> {
    const row = await this.database.queryOne<RefreshTokenRow>(
      `UPDATE refresh_tokens SET token_hash = $2, previous_hash = token_hash, generation = generation + 1,
         is_seen = false, rotated_at = clock_timestamp(), expires_at = now() + ${LIFETIME}
       WHERE family_id = $1 RETURNING ${COLUMNS}`,
      [familyId, tokenHash],
    );
    return row!;
  }

  /** Id of the user of the deleted family; null for an unknown one. */
  async deleteFamily(familyId: string): Promise<string | null> {
    const row = await this.database.queryOne<{ user_id: string }>(
      'DELETE FROM refresh_tokens WHERE family_id = $1 RETURNING user_id',
      [familyId],
    );
    return row?.user_id ?? null;
  }

  /** Sign-in with the current state of its user. */
  findSession(familyId: string, tmsUserId: string): Promise<SessionRow | null> {
    return this.database.queryOne(
      `SELECT u.id, u.role, u.is_active, family.generation, family.is_seen, now()
       FROM refresh_tokens family JOIN users u ON u.id = family.user_id
       WHERE family.family_id = $1 AND u.tms_user_id = $2`,
      [familyId, tmsUserId],
    );
  }

  async markGenerationSeen(familyId: string, generation: number): Promise<void> {
    await this.database.query(
      'UPDATE refresh_tokens SET is_seen = true WHERE family_id = $1 AND generation = $2 AND NOT is_seen',
      [familyId, generation],
    );
  }
}

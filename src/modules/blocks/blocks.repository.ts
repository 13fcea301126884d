import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { BlockRow } from './dto/block.dto.js';

@Injectable()
export class BlocksRepository {
  constructor(private readonly database: Database) {}

  /** True when it was not there. */
  async insert(blockerId: string, blockedId: string): Promise<boolean> {
    const inserted = await this.database.queryOne(
      'INSERT INTO user_blocks (blocker_id, blocked_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING blocker_id',
      [blockerId, blockedId],
    );
    return inserted !== null;
  }

  /** True when it was there. */
  async delete(blockerId: string, blockedId: string): Promise<boolean> {
    const deleted = await this.database.queryOne(
      'DELETE FROM user_blocks WHERE blocker_id = $1 AND blocked_id = $2 RETURNING blocker_id',
      [blockerId, blockedId],
    );
    return deleted !== null;
  }

  /** One more change of their own, and the last one of whom they block. */
  async bump(blockerId: string): Promise<number> {
    const row = await this.database.queryOne<{ account_version: number }>(
      'SELECT increment_blocks_version($1) AS account_version',
      [blockerId],
    );
    return row!.account_version;
  }

  async hasChanged(blockerId: string, after: number): Promise<boolean> {
    const changed = await this.database.queryOne(
      'SELECT id FROM users WHERE id = $1 AND blocks_version > $2',
      [blockerId, after],
    );
    return changed !== null;
  }

  page(blockerId: string, after: string, limit: number): Promise<BlockRow[]> {
    return this.database.query(
      `SELECT blocked_id, created_at FROM user_blocks
       WHERE blocker_id = $1 AND blocked_id > $2 ORDER BY blocked_id LIMIT $3`,
      [blockerId, after, limit],
    );
  }
}

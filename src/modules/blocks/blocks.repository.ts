import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { BlockRow } from './dto/block.dto.js';

/** Rows of user_blocks, and the blocks version of the blocking user. */
@Injectable()
export class BlocksRepository {
  constructor(private readonly database: Database) {}

  /** False when the block already exists. */
  async insertBlock(blockerId: string, blockedId: string): Promise<boolean> {
    const inserted = await this.database.queryOne(
      'INSERT INTO user_blocks (blocker_id, blocked_id) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING blocker_id',
      [blockerId, blockedId],
    );
    return inserted !== null;
  }

  /** False when there is no such block. */
  async deleteBlock(blockerId: string, blockedId: string): Promise<boolean> {
    const deleted = await this.database.queryOne(
      'DELETE FROM user_blocks WHERE blocker_id = $1 AND blocked_id = $2 RETURNING blocker_id',
      [blockerId, blockedId],
    );
    return deleted !== null;
  }

  /** Increments the account version of the blocking user and stores it as the version of its blocks. */
  async incrementBlocksVersion(blockerId: string): Promise<number> {
    const row = await this.database.queryOne<{ account_version: number }>(
      'SELECT increment_blocks_version($1) AS account_version',
      [blockerId],
    );
    return row!.account_version;
  }

  async haveBlocksChanged(blockerId: string, afterVersion: number): Promise<boolean> {
    const changed = await this.database.queryOne(
      'SELECT id FROM users WHERE id = $1 AND blocks_version > $2',
      [blockerId, afterVersion],
    );
    return changed !== null;
  }

  listBlocks(blockerId: string, afterId: string, limit: number): Promise<BlockRow[]> {
    return this.database.query(
      `SELECT blocked_id, created_at FROM user_blocks
       WHERE blocker_id = $1 AND blocked_id > $2 ORDER BY blocked_id LIMIT $3`,
      [blockerId, afterId, limit],
    );
  }
}

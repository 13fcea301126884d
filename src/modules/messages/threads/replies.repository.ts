import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MessageRow } from '../dto/message.dto.js';
import { messageColumns, HIDDEN } from '../messages.repository.js';

const REPLIES = `SELECT ${messageColumns('m', 'r', HIDDEN)} FROM messages m LEFT JOIN messages r ON r.id = m.reply_to_id
  WHERE m.thread_root_id = $2`;

/** The replies in a thread, as one person sees them. */
@Injectable()
export class RepliesRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  pageBefore(userId: string, threadRootId: string, seq: number, limit: number): Promise<MessageRow[]> {
    const sql = `${REPLIES} AND m.seq < $3 ORDER BY m.seq DESC LIMIT ${limit}`;
    return this.database.query(sql, [userId, threadRootId, seq]);
  }

  /** Oldest first. */
  pageAfter(userId: string, threadRootId: string, seq: number, limit: number): Promise<MessageRow[]> {
    const sql = `${REPLIES} AND m.seq > $3 ORDER BY m.seq LIMIT ${limit}`;
    return this.database.query(sql, [userId, threadRootId, seq]);
  }
}

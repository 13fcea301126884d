import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';

@Injectable()
export class TypingRepository {
  constructor(private readonly database: Database) {}

  /** The other members, but who blocks this person or is blocked by them; null: there are more than so many members. */
  async hearers(conversationId: string, userId: string, mostMembers: number): Promise<string[] | null> {
    const row = await this.database.queryOne<{ hearers: string[] }>(
      `SELECT ARRAY(
         SELECT user_id::text FROM conversation_members m WHERE conversation_id = $1 AND user_id <> $2
           AND NOT EXISTS (SELECT FROM user_blocks WHERE blocker_id = $2 AND blocked_id = m.user_id)
           AND NOT EXISTS (SELECT FROM user_blocks WHERE blocker_id = m.user_id AND blocked_id = $2)
       ) AS hearers
       WHERE has_members_up_to($1, $3)`,
      [conversationId, userId, mostMembers],
    );
    return row?.hearers ?? null;
  }
}

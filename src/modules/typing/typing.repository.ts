import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';

/** Recipients of a typing event, and whether its thread root exists. */
interface TypingContext {
  recipient_ids: string[];
  is_place: boolean;
}

/** Recipients of typing events. */
@Injectable()
export class TypingRepository {
  constructor(private readonly database: Database) {}

  /**
   * Ids of the other members without a block between them and the typing user, in either direction. Null if the
   * conversation has more than `maxMembers` members; 0: no limit. `is_place`: the thread root is one of the conversation.
   */
  findTypingContext(
    conversationId: string,
    threadRootId: string | undefined,
    userId: string,
    maxMembers: number,
  ): Promise<TypingContext | null> {
    return this.database.queryOne(
      `SELECT ARRAY(
         SELECT user_id::text FROM conversation_members m WHERE conversation_id = $1 AND user_id <> $2
           AND NOT EXISTS (SELECT FROM user_blocks WHERE blocker_id = $2 AND blocked_id = m.user_id)
           AND NOT EXISTS (SELECT FROM user_blocks WHERE blocker_id = m.user_id AND blocked_id = $2)
       ) AS recipient_ids, $4::uuid IS NULL OR is_thread_root($1, $4) AS is_place
       WHERE has_at_most_members($1, $3)`,
      [conversationId, userId, maxMembers, threadRootId],
    );
  }
}

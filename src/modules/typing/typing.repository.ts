import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';

/** Member list version and excluded users of a typing event, and whether its thread root exists. */
interface TypingContext {
  members_version: number;
  excluded_ids: string[];
  is_place: boolean;
}

/** Recipients of typing events. */
@Injectable()
export class TypingRepository {
  constructor(private readonly database: Database) {}

  /**
   * `excluded_ids`: users with a block between them and the typing user, in either direction, members or not. Null if the
   * conversation has more than `maxMembers` members; 0: no limit. `is_place`: the thread root is one of the conversation.
   */
  findTypingContext(
    conversationId: string,
    threadRootId: string | undefined,
    userId: string,
    maxMembers: number,
  ): Promise<TypingContext | null> {
    return this.database.queryOne(
      `SELECT members_version, ARRAY(
         SELECT blocked_id::text FROM user_blocks WHERE blocker_id = $2
         UNION ALL SELECT blocker_id::text FROM user_blocks WHERE blocked_id = $2
       ) AS excluded_ids, $4::uuid IS NULL OR is_thread_root($1, $4) AS is_place
       FROM conversations WHERE id = $1 AND has_at_most_members($1, $3)`,
      [conversationId, userId, maxMembers, threadRootId],
    );
  }
}

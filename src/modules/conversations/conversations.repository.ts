import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MemberList, MemberLists } from '../../kernel/realtime/audience.js';
import type { MemberRole } from './conversations.permissions.js';
import type { ConversationRow, ConversationType, MemberRow } from './dto/conversation.dto.js';

/** What somebody is in a conversation, and what stands between the two people of a DM. */
export interface Standing {
  type: ConversationType;
  role: MemberRole;
  is_active: boolean;
  barrier: string | null;
}

export interface DmPair {
  low: string;
  high: string;
}

const SHOWN_MEMBERS = 100;

@Injectable()
export class ConversationsRepository implements MemberLists {
  constructor(private readonly database: Database) {}

  /** Whoever changes a conversation holds this until the end of the transaction. Appending rows to it stays possible for foreign keys. */
  async lock(conversationId: string): Promise<void> {
    await this.database.rows('SELECT FROM conversations WHERE id = $1 FOR NO KEY UPDATE', [conversationId]);
  }

  findStanding(conversationId: string, userId: string): Promise<Standing | null> {
    return this.database.row('SELECT * FROM conversation_standing($1, $2)', [conversationId, userId]);
  }

  async findBarrier(fromUserId: string, toUserId: string): Promise<string | null> {
    const row = await this.database.row<{ barrier: string | null }>(
      'SELECT contact_barrier($1, $2) AS barrier',
      [fromUserId, toUserId],
    );
    return row?.barrier ?? null;
  }

  async findDm({ low, high }: DmPair): Promise<string | null> {
    return this.idOf('SELECT id FROM conversations WHERE dm_user_low = $1 AND dm_user_high = $2', [
      low,
      high,
    ]);
  }

  async findByClientId(userId: string, clientId: string): Promise<string | null> {
    return this.idOf('SELECT id FROM conversations WHERE created_by = $1 AND client_id = $2', [
      userId,
      clientId,
    ]);
  }

  /** False when the pair has a DM already, even one that was committed a moment ago. */
  async insertDm(
    id: string,
    createdBy: string,
    { low, high }: DmPair,
    clientId: string | undefined,
  ): Promise<boolean> {
    const inserted = await this.idOf(
      `INSERT INTO conversations (id, type, created_by, dm_user_low, dm_user_high, client_id) VALUES ($1, 'dm', $2, $3, $4, $5)
       ON CONFLICT (dm_user_low, dm_user_high) DO NOTHING RETURNING id`,
      [id, createdBy, low, high, clientId],
    );
    return inserted !== null;
  }

  /** Adds people; each of them has a new change in their own counter. */
  async addMembers(conversationId: string, userIds: readonly string[], role: MemberRole): Promise<void> {
    await this.database.rows(
      `WITH person AS (UPDATE users SET me_version = me_version + 1 WHERE id = ANY($2) RETURNING id, me_version)
       INSERT INTO conversation_members (conversation_id, user_id, role, version)
       SELECT $1, id, $3, me_version FROM person`,
      [conversationId, userIds, role],
    );
  }

  findFor(userId: string, conversationId: string): Promise<ConversationRow | null> {
    return this.database.row(
      `SELECT c.id, c.type, c.title, c.description, c.avatar_url, c.created_by, c.is_private, c.first_seq, c.last_seq,
         c.version, c.last_activity_at, c.created_at,
         (SELECT count(*) FROM conversation_members everyone WHERE everyone.conversation_id = c.id) AS member_count,
         me.role AS my_role, me.last_read_seq AS my_last_read_seq, me.last_delivered_seq AS my_last_delivered_seq,
         me.muted_until AS my_muted_until, me.archived_at AS my_archived_at, me.pinned_at AS my_pinned_at
       FROM conversation_members me JOIN conversations c ON c.id = me.conversation_id
       WHERE me.conversation_id = $2 AND me.user_id = $1`,
      [userId, conversationId],
    );
  }

  firstMembers(conversationId: string): Promise<MemberRow[]> {
    return this.database.rows(
      `SELECT user_id, role, joined_at FROM conversation_members WHERE conversation_id = $1 ORDER BY user_id LIMIT ${SHOWN_MEMBERS}`,
      [conversationId],
    );
  }

  /** For the audience of events. */
  async memberList(conversationId: string): Promise<MemberList> {
    const list = await this.database.row<{ version: number; userIds: string[] }>(
      `SELECT members_version AS version,
         ARRAY(SELECT user_id::text FROM conversation_members WHERE conversation_id = $1) AS "userIds"
       FROM conversations WHERE id = $1`,
      [conversationId],
    );
    return list ?? { version: 0, userIds: [] };
  }

  private async idOf(sql: string, parameters: unknown[]): Promise<string | null> {
    return (await this.database.row<{ id: string }>(sql, parameters))?.id ?? null;
  }
}

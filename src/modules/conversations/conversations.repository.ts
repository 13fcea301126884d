import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { tokenize } from '../../kernel/text/tokenizer.js';
import type { ActingRole, MemberRole } from './conversations.permissions.js';
import type { ConversationType } from './entities/conversation.entity.js';

/** Role of a user in a conversation, and in a DM the contact restriction between its two members. */
export interface MembershipContext {
  type: ConversationType;
  role: MemberRole;
  is_active: boolean;
  contact_restriction: string | null;
}

/** Context of the acting user; a host admin has no contact restriction. */
export type ActorContext = Pick<MembershipContext, 'type'> & {
  role: ActingRole;
  contact_restriction?: string | null;
};

export interface DmPair {
  low: string;
  high: string;
}

export interface NewConversation {
  id: string;
  type: ConversationType;
  createdBy: string;
  title?: string;
  description?: string;
  avatarUrl?: string;
  isPrivate?: boolean;
  clientId?: string;
}

/** Undefined leaves a field unchanged. */
export interface ConversationChange {
  title?: string | null;
  description?: string | null;
  avatarUrl?: string | null;
  isPrivate?: boolean;
}

/** Rows of conversations: lookup for authorization, insert, update, delete. */
@Injectable()
export class ConversationsRepository {
  constructor(private readonly database: Database) {}

  /** Locks the conversation until the end of the transaction. Inserts of rows that reference it stay possible. */
  async lockConversation(conversationId: string): Promise<void> {
    await this.database.query('SELECT FROM conversations WHERE id = $1 FOR NO KEY UPDATE', [conversationId]);
  }

  findMembershipContext(conversationId: string, userId: string): Promise<MembershipContext | null> {
    return this.database.queryOne('SELECT * FROM membership_context($1, $2)', [conversationId, userId]);
  }

  /** Null unless the user is a host admin; membership is not required. */
  findHostAdminContext(conversationId: string, userId: string): Promise<ActorContext | null> {
    return this.database.queryOne(
      `SELECT c.type, 'host_admin' AS role FROM conversations c
       JOIN users u ON u.id = $2 AND u.role = 'admin' AND u.is_active WHERE c.id = $1 AND c.deleted_at IS NULL`,
      [conversationId, userId],
    );
  }

  /** `is_open`: the conversation is a public channel. Null: no such conversation. */
  findJoinRule(
    conversationId: string,
    userId: string,
  ): Promise<{ is_open: boolean; is_active: boolean } | null> {
    return this.database.queryOne(
      `SELECT c.type = 'channel' AND NOT c.is_private AS is_open, u.is_active
       FROM conversations c JOIN users u ON u.id = $2 WHERE c.id = $1 AND c.deleted_at IS NULL`,
      [conversationId, userId],
    );
  }

  /** Contact restriction of each user as an error code; `not_found` for an unknown user, null without a restriction. */
  async findContactRestrictions(
    fromUserId: string,
    toUserIds: readonly string[],
  ): Promise<(string | null)[]> {
    const rows = await this.database.query<{ restriction: string | null }>(
      `SELECT CASE WHEN u.id IS NULL THEN 'not_found' ELSE contact_restriction($1, requested.id) END AS restriction
       FROM unnest($2::uuid[]) AS requested (id) LEFT JOIN users u ON u.id = requested.id`,
      [fromUserId, toUserIds],
    );
    return rows.map(({ restriction }) => restriction);
  }

  findByClientId(userId: string, clientId: string): Promise<{ id: string; type: ConversationType } | null> {
    return this.database.queryOne(
      'SELECT id, type FROM conversations WHERE created_by = $1 AND client_id = $2',
      [userId, clientId],
    );
  }

  /** False when the pair already has a DM, including one committed concurrently. */
  async insertDirectMessage(
    id: string,
    createdBy: string,
    { low, high }: DmPair,
    clientId: string | undefined,
  ): Promise<boolean> {
    const inserted = await this.database.queryOne(
      `INSERT INTO conversations (id, type, created_by, dm_user_low, dm_user_high, client_id) VALUES ($1, 'dm', $2, $3, $4, $5)
       ON CONFLICT (dm_user_low, dm_user_high) DO NOTHING RETURNING id`,
      [id, createdBy, low, high, clientId],
    );
    return inserted !== null;
  }

  async insertConversation(conversation: NewConversation): Promise<void> {
    const { id, type, createdBy, title, description, avatarUrl, isPrivate = true, clientId } = conversation;
    await this.database.query(
      `INSERT INTO conversations (id, type, created_by, title, description, avatar_url, is_private, client_id, title_terms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, array_to_tsvector($9::text[]))`,
      [id, type, createdBy, title, description, avatarUrl, isPrivate, clientId, tokenize(title ?? '')],
    );
  }

  /** Increments the version if a field changes, and returns the members version; null when nothing changes. */
  async updateConversationRow(conversationId: string, change: ConversationChange): Promise<number | null> {
    const { title, description, avatarUrl, isPrivate } = change;
    const updated = await this.database.queryOne<{ members_version: number }>(
      `UPDATE conversations SET
         title = requested.title, description = requested.description, avatar_url = requested.avatar_url,
         is_private = requested.is_private, version = version + 1,
         title_terms = CASE WHEN $2 THEN array_to_tsvector($9::text[]) ELSE title_terms END, updated_at = clock_timestamp()
       FROM (SELECT
         CASE WHEN $2 THEN $3 ELSE c.title END AS title,
         CASE WHEN $4 THEN $5 ELSE c.description END AS description,
         CASE WHEN $6 THEN $7 ELSE c.avatar_url END AS avatar_url,
         coalesce($8, c.is_private) AS is_private
         FROM conversations c WHERE c.id = $1
       ) requested
       WHERE id = $1 AND (conversations.title, conversations.description, conversations.avatar_url, conversations.is_private)
         IS DISTINCT FROM (requested.title, requested.description, requested.avatar_url, requested.is_private)
       RETURNING members_version`,
      [
        conversationId,
        title !== undefined,
        title,
        description !== undefined,
        description,
        avatarUrl !== undefined,
        avatarUrl,
        isPrivate,
        tokenize(title ?? ''),
      ],
    );
    return updated?.members_version ?? null;
  }

  /** Hides the conversation from all users and frees its clientId. */
  async markConversationDeleted(conversationId: string): Promise<void> {
    await this.database.query(
      'UPDATE conversations SET deleted_at = clock_timestamp(), client_id = NULL WHERE id = $1',
      [conversationId],
    );
  }

  /** Deletes at most this number of private rows of each kind in a deleted conversation. True if rows may be left. */
  async deleteMembershipRows(conversationId: string, limit: number): Promise<boolean> {
    const row = await this.database.queryOne<{ has_rows: boolean }>(
      'SELECT delete_membership_rows($1, $2) AS has_rows',
      [conversationId, limit],
    );
    return row!.has_rows;
  }

  /** Deletes rows of a deleted conversation for about this time, the conversation last. True while rows are left. */
  async deleteConversationRows(conversationId: string, milliseconds: number): Promise<boolean> {
    const row = await this.database.queryOne<{ has_rows: boolean }>(
      'SELECT delete_conversation_rows($1, $2) AS has_rows',
      [conversationId, milliseconds],
    );
    return row!.has_rows;
  }
}

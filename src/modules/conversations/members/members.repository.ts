import { Injectable } from '@nestjs/common';
import { Database } from '../../../kernel/database/database.js';
import type { MemberList, MemberListProvider } from '../../../kernel/realtime/recipient-resolver.js';
import type { MemberRole } from '../conversations.permissions.js';
import type { MemberRow } from '../dto/member.dto.js';

export interface NewMember {
  userId: string;
  role: MemberRole;
}

/** State of a member list as all members see it. */
export interface MembersState {
  version: number;
  member_count: number;
}

const NO_MEMBERS: MemberList = { version: 0, userIds: [] };

export type ChangedMembers = MembersState & { members_version_before: number };

/** Id that no user has. */
const NO_USER = '00000000-0000-0000-0000-000000000000';

/** Account version of a user. */
export interface AccountVersionRow {
  user_id: string;
  account_version: number;
}

/**
 * Rows of conversation_members. Every change locks the users, in ascending order of id, before their rows: so changes
 * cannot deadlock, and account versions are committed in their order.
 */
@Injectable()
export class MembersRepository implements MemberListProvider {
  constructor(private readonly database: Database) {}

  /** Adds members to a new or locked conversation. All existing messages count as read, without receipts. */
  async insertMembers(conversationId: string, members: readonly NewMember[]): Promise<void> {
    await this.database.query(
      `WITH requested AS (SELECT * FROM unnest($2::uuid[], $3::text[]) AS requested (user_id, role)),
       counted AS (SELECT * FROM increment_account_versions($2))
       INSERT INTO conversation_members (conversation_id, user_id, role, version, joined_account_version, joined_seq, last_read_seq, last_delivered_seq)
       SELECT $1, user_id, requested.role, account_version, account_version, c.last_seq, c.last_seq, c.last_seq
       FROM counted JOIN requested USING (user_id) JOIN conversations c ON c.id = $1`,
      [conversationId, members.map(({ userId }) => userId), members.map(({ role }) => role)],
    );
  }

  /** Deletes the member of a locked conversation. Returns the new account version of the user. */
  async deleteMember(conversationId: string, userId: string): Promise<number> {
    const row = await this.database.queryOne<AccountVersionRow>(
      'SELECT user_id, account_version FROM increment_account_versions(ARRAY[$1::uuid])',
      [userId],
    );
    await this.database.query(
      'DELETE FROM conversation_members WHERE conversation_id = $1 AND user_id = $2',
      [conversationId, userId],
    );
    return row!.account_version;
  }

  /** Deletes the first members, by id, of a locked conversation. Returns the new account versions of the users. */
  async deleteFirstMembers(conversationId: string, limit: number): Promise<AccountVersionRow[]> {
    const rows = await this.database.query<AccountVersionRow>(
      `SELECT user_id, account_version FROM increment_account_versions(ARRAY(
         SELECT user_id FROM conversation_members WHERE conversation_id = $1 ORDER BY user_id LIMIT $2))`,
      [conversationId, limit],
    );
    if (rows.length > 0)
      await this.database.query(
        'DELETE FROM conversation_members WHERE conversation_id = $1 AND user_id = ANY($2)',
        [conversationId, rows.map(({ user_id }) => user_id)],
      );
    return rows;
  }

  async updateMemberRoles(conversationId: string, members: readonly NewMember[]): Promise<void> {
    await this.database.query(
      `WITH requested AS (SELECT * FROM unnest($2::uuid[], $3::text[]) AS requested (user_id, role)),
       locked AS (SELECT id FROM users WHERE id IN (SELECT user_id FROM requested) ORDER BY id FOR NO KEY UPDATE)
       UPDATE conversation_members m SET role = requested.role, updated_at = clock_timestamp()
       FROM locked JOIN requested ON requested.user_id = locked.id
       WHERE m.conversation_id = $1 AND m.user_id = locked.id`,
      [conversationId, members.map(({ userId }) => userId), members.map(({ role }) => role)],
    );
  }

  /** Counts one change of the members of a locked conversation: increments its version, the new members version. */
  async incrementMembersVersion(conversationId: string): Promise<ChangedMembers> {
    const state = await this.database.queryOne<ChangedMembers>(
      `UPDATE conversations c SET version = c.version + 1, members_version = c.version + 1, updated_at = clock_timestamp()
       FROM (SELECT members_version FROM conversations WHERE id = $1) before
       WHERE c.id = $1 RETURNING c.version, before.members_version AS members_version_before, c.member_count`,
      [conversationId],
    );
    return state!;
  }

  async getMembersState(conversationId: string): Promise<MembersState> {
    const state = await this.database.queryOne<MembersState>(
      'SELECT version, member_count FROM conversations WHERE id = $1',
      [conversationId],
    );
    return state!;
  }

  findMembers(conversationId: string, userIds: readonly string[]): Promise<MemberRow[]> {
    return this.database.query(
      `SELECT user_id, role, joined_at FROM conversation_members
       WHERE conversation_id = $1 AND user_id = ANY($2) ORDER BY user_id`,
      [conversationId, userIds],
    );
  }

  async findMember(conversationId: string, userId: string): Promise<MemberRow | null> {
    return (await this.findMembers(conversationId, [userId]))[0] ?? null;
  }

  async hasAtMostMembers(conversationId: string, max: number): Promise<boolean> {
    const row = await this.database.queryOne<{ has: boolean }>('SELECT has_at_most_members($1, $2) AS has', [
      conversationId,
      max,
    ]);
    return row!.has;
  }

  /** Whether the conversation has another active member. */
  async hasOtherActiveMember(conversationId: string, userId: string): Promise<boolean> {
    const other = await this.database.queryOne(
      `SELECT m.user_id FROM conversation_members m JOIN users u ON u.id = m.user_id AND u.is_active
       WHERE m.conversation_id = $1 AND m.user_id <> $2 LIMIT 1`,
      [conversationId, userId],
    );
    return other !== null;
  }

  /** Whether an active user owns the conversation. */
  hasActiveOwner(conversationId: string): Promise<boolean> {
    return this.hasOtherActiveOwner(conversationId, NO_USER);
  }

  /** Whether another active user owns the conversation. */
  async hasOtherActiveOwner(conversationId: string, userId: string): Promise<boolean> {
    const other = await this.database.queryOne(
      `SELECT m.user_id FROM conversation_members m JOIN users u ON u.id = m.user_id AND u.is_active
       WHERE m.conversation_id = $1 AND m.user_id <> $2 AND m.role = 'owner' LIMIT 1`,
      [conversationId, userId],
    );
    return other !== null;
  }

  async isActiveUser(userId: string): Promise<boolean> {
    const row = await this.database.queryOne('SELECT id FROM users WHERE id = $1 AND is_active', [userId]);
    return row !== null;
  }

  /** Conversations that an inactive user owns. */
  async listOwnedByInactive(userId: string): Promise<string[]> {
    const rows = await this.database.query<{ conversation_id: string }>(
      `SELECT m.conversation_id FROM conversation_members m JOIN users u ON u.id = m.user_id AND NOT u.is_active
       WHERE m.user_id = $1 AND m.role = 'owner' ORDER BY m.conversation_id`,
      [userId],
    );
    return rows.map(({ conversation_id }) => conversation_id);
  }

  /** Groups and channels of an active member, who does not own them, without an active owner. */
  async listWithoutActiveOwner(userId: string): Promise<string[]> {
    const rows = await this.database.query<{ conversation_id: string }>(
      `SELECT m.conversation_id FROM conversation_members m
       JOIN conversations c ON c.id = m.conversation_id AND c.type <> 'dm' AND c.deleted_at IS NULL
       WHERE m.user_id = $1 AND m.role <> 'owner' AND NOT EXISTS (
         SELECT FROM conversation_members o JOIN users u ON u.id = o.user_id AND u.is_active
         WHERE o.conversation_id = m.conversation_id AND o.role = 'owner'
       ) ORDER BY m.conversation_id`,
      [userId],
    );
    return rows.map(({ conversation_id }) => conversation_id);
  }

  /** Ids of the owners of a conversation. */
  async listOwnerIds(conversationId: string): Promise<string[]> {
    const rows = await this.database.query<{ user_id: string }>(
      `SELECT user_id FROM conversation_members WHERE conversation_id = $1 AND role = 'owner' ORDER BY user_id`,
      [conversationId],
    );
    return rows.map(({ user_id }) => user_id);
  }

  /**
   * Active member to become owner of a group or channel: an admin before a member, then the one who joined first. Null: no
   * active member, or a deleted conversation.
   */
  async findSuccessor(conversationId: string): Promise<string | null> {
    const row = await this.database.queryOne<{ user_id: string }>(
      `SELECT m.user_id FROM conversation_members m JOIN users u ON u.id = m.user_id AND u.is_active
       JOIN conversations c ON c.id = m.conversation_id AND c.type <> 'dm' AND c.deleted_at IS NULL
       WHERE m.conversation_id = $1 ORDER BY m.role = 'admin' DESC, m.joined_at, m.user_id LIMIT 1`,
      [conversationId],
    );
    return row?.user_id ?? null;
  }

  listMembersAfter(conversationId: string, afterId: string, limit: number): Promise<MemberRow[]> {
    return this.database.query(
      `SELECT user_id, role, joined_at FROM conversation_members
       WHERE conversation_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3`,
      [conversationId, afterId, limit],
    );
  }

  /** First members, by id, of each of the conversations whose member list changed after the version. */
  findFirstMembersOfChanged(
    conversationIds: readonly string[],
    versions: readonly number[],
    limit: number,
  ): Promise<(MemberRow & { conversation_id: string })[]> {
    return this.database.query(
      `SELECT requested.id AS conversation_id, m.user_id, m.role, m.joined_at
       FROM unnest($1::uuid[], $2::bigint[]) AS requested (id, version)
       JOIN conversations c ON c.id = requested.id AND c.members_version > requested.version
       CROSS JOIN LATERAL (
         SELECT user_id, role, joined_at FROM conversation_members WHERE conversation_id = requested.id ORDER BY user_id LIMIT $3
       ) m`,
      [conversationIds, versions, limit],
    );
  }

  /** First members, by id, of each of the conversations. */
  findFirstMembers(
    conversationIds: readonly string[],
    limit: number,
  ): Promise<(MemberRow & { conversation_id: string })[]> {
    return this.database.query(
      `SELECT requested.id AS conversation_id, m.user_id, m.role, m.joined_at FROM unnest($1::uuid[]) AS requested (id)
       CROSS JOIN LATERAL (
         SELECT user_id, role, joined_at FROM conversation_members WHERE conversation_id = requested.id ORDER BY user_id LIMIT $2
       ) m`,
      [conversationIds, limit],
    );
  }

  async findMemberList(conversationId: string, maxMembers: number): Promise<MemberList | null> {
    const list = await this.database.queryOne<{ version: number; userIds: string[] | null }>(
      `SELECT members_version AS version, CASE WHEN member_count <= $2 THEN
         ARRAY(SELECT user_id::text FROM conversation_members WHERE conversation_id = $1) END AS "userIds"
       FROM conversations WHERE id = $1`,
      [conversationId, maxMembers],
    );
    if (!list) return NO_MEMBERS;
    return list.userIds && { version: list.version, userIds: list.userIds };
  }

  async getMembersAmong(conversationId: string, userIds: readonly string[]): Promise<MemberList> {
    const list = await this.database.queryOne<{ version: number; userIds: string[] }>(
      `SELECT members_version AS version, ARRAY(
         SELECT user_id::text FROM conversation_members WHERE conversation_id = $1 AND user_id = ANY($2::uuid[])
       ) AS "userIds"
       FROM conversations WHERE id = $1`,
      [conversationId, userIds],
    );
    return list ?? NO_MEMBERS;
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MemberList, MemberListProvider } from '../../kernel/realtime/recipient-resolver.js';
import type { MemberRole } from './conversations.permissions.js';
import type { MemberRow } from './dto/member.dto.js';

export interface NewMember {
  userId: string;
  role: MemberRole;
}

/** What all who are in a conversation see of a change of its members. */
export interface MembersState {
  version: number;
  member_count: number;
}

export type ChangedMembers = MembersState & { members_version_before: number };

/** What somebody's counter `me` stands at. */
export interface Moved {
  user_id: string;
  account_version: number;
}

/**
 * Who is in what. Whatever touches somebody's memberships locks that person before it touches the rows, in the order of
 * the ids: so nothing of it can deadlock, and the counters `me` are committed in their order.
 */
@Injectable()
export class MembersRepository implements MemberListProvider {
  constructor(private readonly database: Database) {}

  /** Adds people to a conversation that has just been made, or is locked. They have read everything so far. */
  async add(conversationId: string, members: readonly NewMember[]): Promise<void> {
    await this.database.query(
      `WITH asked AS (SELECT * FROM unnest($2::uuid[], $3::text[]) AS asked (user_id, role)),
       counted AS (SELECT * FROM increment_account_versions($2))
       INSERT INTO conversation_members (conversation_id, user_id, role, version, joined_account_version, last_read_seq, last_delivered_seq)
       SELECT $1, user_id, asked.role, account_version, account_version, c.last_seq, c.last_seq
       FROM counted JOIN asked USING (user_id) JOIN conversations c ON c.id = $1`,
      [conversationId, members.map(({ userId }) => userId), members.map(({ role }) => role)],
    );
  }

  /** Out of a locked conversation; answers where their counter `me` stands with this. */
  async remove(conversationId: string, userId: string): Promise<number> {
    const [moved] = await this.bump('SELECT $1::uuid', userId);
    await this.database.query(
      'DELETE FROM conversation_members WHERE conversation_id = $1 AND user_id = $2',
      [conversationId, userId],
    );
    return moved!.account_version;
  }

  /** Every member has one more change of their own. */
  bumpAll(conversationId: string): Promise<Moved[]> {
    return this.bump('SELECT user_id FROM conversation_members WHERE conversation_id = $1', conversationId);
  }

  async setRoles(conversationId: string, members: readonly NewMember[]): Promise<void> {
    await this.database.query(
      `WITH asked AS (SELECT * FROM unnest($2::uuid[], $3::text[]) AS asked (user_id, role)),
       locked AS (SELECT id FROM users WHERE id IN (SELECT user_id FROM asked) ORDER BY id FOR NO KEY UPDATE)
       UPDATE conversation_members m SET role = asked.role, updated_at = clock_timestamp()
       FROM locked JOIN asked ON asked.user_id = locked.id
       WHERE m.conversation_id = $1 AND m.user_id = locked.id`,
      [conversationId, members.map(({ userId }) => userId), members.map(({ role }) => role)],
    );
  }

  /** One change of the members of a locked conversation is one version of it; its list has the version of its last change. */
  async changed(conversationId: string): Promise<ChangedMembers> {
    const state = await this.database.queryOne<ChangedMembers>(
      `UPDATE conversations c SET version = c.version + 1, members_version = c.version + 1, updated_at = clock_timestamp()
       FROM (SELECT members_version FROM conversations WHERE id = $1) before
       WHERE c.id = $1 RETURNING c.version, before.members_version AS members_version_before,
         (SELECT count(*) FROM conversation_members WHERE conversation_id = $1) AS member_count`,
      [conversationId],
    );
    return state!;
  }

  async state(conversationId: string): Promise<MembersState> {
    const state = await this.database.queryOne<MembersState>(
      `SELECT version, (SELECT count(*) FROM conversation_members WHERE conversation_id = $1) AS member_count
       FROM conversations WHERE id = $1`,
      [conversationId],
    );
    return state!;
  }

  findMemberIds(conversationId: string, userIds: readonly string[]): Promise<MemberRow[]> {
    return this.database.query(
      `SELECT user_id, role, joined_at FROM conversation_members
       WHERE conversation_id = $1 AND user_id = ANY($2) ORDER BY user_id`,
      [conversationId, userIds],
    );
  }

  async find(conversationId: string, userId: string): Promise<MemberRow | null> {
    return (await this.findMemberIds(conversationId, [userId]))[0] ?? null;
  }

  async hasOwnerBeside(conversationId: string, userId: string): Promise<boolean> {
    const other = await this.database.queryOne(
      `SELECT user_id FROM conversation_members WHERE conversation_id = $1 AND user_id <> $2 AND role = 'owner' LIMIT 1`,
      [conversationId, userId],
    );
    return other !== null;
  }

  page(conversationId: string, after: string, limit: number): Promise<MemberRow[]> {
    return this.database.query(
      `SELECT user_id, role, joined_at FROM conversation_members
       WHERE conversation_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3`,
      [conversationId, after, limit],
    );
  }

  /** The first members of those of these conversations whose list has changed after a version. */
  firstOfChanged(
    conversationIds: readonly string[],
    versions: readonly number[],
    limit: number,
  ): Promise<(MemberRow & { conversation_id: string })[]> {
    return this.database.query(
      `SELECT asked.id AS conversation_id, m.user_id, m.role, m.joined_at
       FROM unnest($1::uuid[], $2::bigint[]) AS asked (id, version)
       JOIN conversations c ON c.id = asked.id AND c.members_version > asked.version
       CROSS JOIN LATERAL (
         SELECT user_id, role, joined_at FROM conversation_members WHERE conversation_id = asked.id ORDER BY user_id LIMIT $3
       ) m`,
      [conversationIds, versions, limit],
    );
  }

  /** The first members of each of these conversations. */
  first(
    conversationIds: readonly string[],
    limit: number,
  ): Promise<(MemberRow & { conversation_id: string })[]> {
    return this.database.query(
      `SELECT asked.id AS conversation_id, m.user_id, m.role, m.joined_at FROM unnest($1::uuid[]) AS asked (id)
       CROSS JOIN LATERAL (
         SELECT user_id, role, joined_at FROM conversation_members WHERE conversation_id = asked.id ORDER BY user_id LIMIT $2
       ) m`,
      [conversationIds, limit],
    );
  }

  /** For the audience of events. */
  async getMemberList(conversationId: string): Promise<MemberList> {
    const list = await this.database.queryOne<{ version: number; userIds: string[] }>(
      `SELECT members_version AS version,
         ARRAY(SELECT user_id::text FROM conversation_members WHERE conversation_id = $1) AS "userIds"
       FROM conversations WHERE id = $1`,
      [conversationId],
    );
    return list ?? { version: 0, userIds: [] };
  }

  /** The people that a query finds by one id. */
  private bump(people: string, id: string): Promise<Moved[]> {
    return this.database.query(
      `SELECT user_id, account_version FROM increment_account_versions(ARRAY(${people}))`,
      [id],
    );
  }
}

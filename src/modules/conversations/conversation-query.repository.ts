import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { FIRST_ID } from '../../kernel/paging/cursor.js';
import { toPrefixQuery } from '../../kernel/text/tokenizer.js';
import type { ChannelRow, ConversationRow, ConversationStateRow } from './dto/conversation.dto.js';
import { excerptSql } from './dto/message-preview.dto.js';
import type { MembershipRow } from './dto/membership.dto.js';

/** Page of the conversations of a user, sorted by their newest activity. */
export interface ConversationPageQuery {
  userId: string;
  filter: 'all' | 'inbox' | 'archived' | 'pinned';
  /** Only memberships that changed after this account version. */
  changedAfter?: number;
  /** Ids of excluded conversations. */
  except?: readonly string[];
  /** `older`: newest first; `newer`: oldest first. */
  direction: 'older' | 'newer';
  /** Position after which the page starts, in the direction. */
  from?: { at: Date; id: string };
  limit: number;
}

/** Conversation whose version a client has sent. */
export interface HeldRow {
  id: string;
  /** Version held by the client. */
  version: number;
  is_member: boolean;
  has_changed: boolean;
}

const STATE = `c.id, c.type, c.title, c.description, c.avatar_url, c.created_by, c.is_private, c.first_seq, c.last_seq,
  c.version, c.last_activity_at, c.created_at, c.member_count`;

const MEMBERSHIP = `membership.user_id AS membership_user_id, membership.role AS membership_role, membership.last_read_seq AS membership_last_read_seq,
  membership.unread_from_seq AS membership_unread_from_seq, coalesce(counted.unread, 0) AS membership_unread, coalesce(counted.mentions, 0) AS membership_mentions, membership.muted_until AS membership_muted_until,
  membership.archived_at AS membership_archived_at, membership.pinned_at AS membership_pinned_at, membership.joined_account_version AS membership_joined_account_version, membership.version AS membership_version`;

const PREVIEW = `last.id AS last_id, last.seq AS last_message_seq, last.sender_id AS last_sender_id, last.type AS last_type,
  ${excerptSql('last.content')} AS last_excerpt, last.created_at AS last_created_at,
  last.edited_at AS last_edited_at, last.deleted_at AS last_deleted_at`;

/** Conversation and unread counts of a membership. Only conversations with messages after the read position are counted. */
const CONVERSATION_UNREAD_JOIN = `JOIN conversations c ON c.id = membership.conversation_id
  CROSS JOIN LATERAL (SELECT least(membership.last_read_seq, membership.unread_from_seq - 1) AS read_seq) effective
  LEFT JOIN LATERAL unread_counts(c.id, membership.user_id, effective.read_seq) counted ON c.last_main_seq > effective.read_seq`;

const selectConversations = (memberships: string): string => `SELECT ${STATE}, ${MEMBERSHIP}, ${PREVIEW}
  FROM ${memberships} membership ${CONVERSATION_UNREAD_JOIN}
  LEFT JOIN LATERAL last_main_message(membership.user_id, c.id, c.last_main_seq) last ON true`;

const FILTERS: Record<ConversationPageQuery['filter'], string> = {
  all: 'true',
  inbox: 'm.archived_at IS NULL',
  archived: 'm.archived_at IS NOT NULL',
  pinned: 'm.pinned_at IS NOT NULL',
};

/** Reads conversations as their members see them, each list in one query. */
@Injectable()
export class ConversationQueryRepository {
  constructor(private readonly database: Database) {}

  /** Conversations as seen by each of the users. */
  findConversationsOfMembers(
    userIds: readonly string[],
    conversationIds: readonly string[],
  ): Promise<ConversationRow[]> {
    return this.database.query(
      `${selectConversations('conversation_members')}
       WHERE membership.user_id = ANY($1) AND membership.conversation_id = ANY($2)`,
      [userIds, conversationIds],
    );
  }

  listConversations({
    userId,
    filter,
    changedAfter = -1,
    except,
    direction,
    from,
    limit,
  }: ConversationPageQuery): Promise<ConversationRow[]> {
    const [order, operator] = direction === 'older' ? ['DESC', '<'] : ['ASC', '>'];
    const page = `(
      SELECT m.* FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
      WHERE m.user_id = $1 AND c.deleted_at IS NULL AND ${FILTERS[filter]}
        AND m.version > $2
        AND ($3::uuid[] IS NULL OR m.conversation_id <> ALL($3))
        AND ($4::timestamptz IS NULL OR (c.last_activity_at, c.id) ${operator} ($4, $5::uuid))
      ORDER BY c.last_activity_at ${order}, c.id ${order} LIMIT $6
    )`;
    return this.database.query(
      `${selectConversations(page)} ORDER BY c.last_activity_at ${order}, c.id ${order}`,
      [userId, changedAfter, except, from?.at, from?.id, limit],
    );
  }

  /** Whether each conversation changed since its version, or its membership after the account version. */
  findChangedConversations(
    userId: string,
    ids: readonly string[],
    versions: readonly number[],
    afterAccountVersion: number,
  ): Promise<HeldRow[]> {
    return this.database.query(
      `SELECT requested.id, requested.version, c.id IS NOT NULL AS is_member,
         c.version <> requested.version OR m.version > $4 AS has_changed
       FROM unnest($2::uuid[], $3::bigint[]) AS requested (id, version)
       LEFT JOIN conversation_members m ON m.conversation_id = requested.id AND m.user_id = $1
       LEFT JOIN conversations c ON c.id = m.conversation_id AND c.deleted_at IS NULL ORDER BY requested.id`,
      [userId, ids, versions, afterAccountVersion],
    );
  }

  /** Id of the DM of two users, in any order. */
  async findDirectMessageId(userId: string, otherId: string): Promise<string | null> {
    const row = await this.database.queryOne<{ id: string }>(
      `SELECT id FROM conversations
       WHERE dm_user_low = least($1::uuid, $2) AND dm_user_high = greatest($1::uuid, $2)`,
      [userId, otherId],
    );
    return row?.id ?? null;
  }

  findConversationState(conversationId: string): Promise<ConversationStateRow | null> {
    return this.database.queryOne(`SELECT ${STATE} FROM conversations c WHERE c.id = $1`, [conversationId]);
  }

  findMembership(
    conversationId: string,
    userId: string,
  ): Promise<(MembershipRow & { version: number }) | null> {
    return this.database.queryOne(
      `SELECT c.version, ${MEMBERSHIP} FROM conversation_members membership ${CONVERSATION_UNREAD_JOIN} WHERE c.id = $1 AND membership.user_id = $2`,
      [conversationId, userId],
    );
  }

  /** Public channels by title: all of them, or those whose title has a word with each beginning. */
  listChannels(
    userId: string,
    terms: readonly string[] | null,
    after: { title: string; id: string } | null,
    limit: number,
  ): Promise<(ChannelRow & { sort_title: string })[]> {
    return this.database.query(
      `SELECT ${STATE}, lower(c.title) AS sort_title,
         EXISTS (SELECT FROM conversation_members m WHERE m.conversation_id = c.id AND m.user_id = $1) AS joined
       FROM (
         SELECT * FROM conversations
         WHERE type = 'channel' AND NOT is_private AND deleted_at IS NULL ${terms ? 'AND title_terms @@ $5::tsquery' : ''}
           AND lower(title) ~>=~ $2 AND (lower(title) ~>~ $2 OR id > $3)
         ORDER BY lower(title) USING ~<~, id LIMIT $4
       ) c
       ORDER BY sort_title USING ~<~, c.id`,
      [userId, after?.title ?? '', after?.id ?? FIRST_ID, limit, ...(terms ? [toPrefixQuery(terms)] : [])],
    );
  }

  /** Unread counts of all conversations of the user that have unread messages. */
  listUnreadCounts(
    userId: string,
  ): Promise<{ conversation_id: string; unread: number; mentions: number; muted_until: Date | null }[]> {
    return this.database.query(
      `SELECT c.id AS conversation_id, counted.unread, counted.mentions, membership.muted_until
       FROM conversation_members membership ${CONVERSATION_UNREAD_JOIN}
       WHERE membership.user_id = $1 AND c.deleted_at IS NULL AND counted.unread > 0 ORDER BY c.last_activity_at DESC, c.id DESC`,
      [userId],
    );
  }
}

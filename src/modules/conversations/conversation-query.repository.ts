import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { FIRST_ID } from '../../kernel/paging/cursor.js';
import type { ConversationRow, ConversationStateRow } from './dto/conversation.dto.js';
import type { ChannelRow } from './dto/channels.dto.js';
import { EXCERPT_LENGTH } from './dto/message-preview.dto.js';
import type { MembershipRow } from './dto/membership.dto.js';

/** Some of somebody's conversations, by their newest activity. */
export interface PageOf {
  userId: string;
  filter: 'all' | 'inbox' | 'archived' | 'pinned';
  /** Memberships that changed after this value of the counter `me`. */
  changedAfter?: number;
  /** Not these. */
  except?: readonly string[];
  /** Newest first, or oldest first. */
  direction: 'older' | 'newer';
  /** Beyond this place, in the direction. */
  from?: { at: Date; id: string };
  limit: number;
}

/** A conversation that a client says it has. */
export interface HeldRow {
  id: string;
  /** The version that the client has. */
  version: number;
  is_in: boolean;
  has_moved: boolean;
}

const SIZE = '(SELECT count(*) FROM conversation_members everyone WHERE everyone.conversation_id = c.id)';

const stateWith = (
  size: string,
): string => `c.id, c.type, c.title, c.description, c.avatar_url, c.created_by, c.is_private, c.first_seq, c.last_seq,
  c.version, c.last_activity_at, c.created_at,
  ${size} AS member_count`;

const STATE = stateWith(SIZE);

const MEMBERSHIP = `me.user_id AS membership_user_id, me.role AS membership_role, me.last_read_seq AS membership_last_read_seq,
  me.unread_from_seq AS membership_unread_from_seq, coalesce(counted.unread, 0) AS membership_unread, coalesce(counted.mentions, 0) AS membership_mentions, me.muted_until AS membership_muted_until,
  me.archived_at AS membership_archived_at, me.pinned_at AS membership_pinned_at, me.joined_account_version AS membership_joined_account_version, me.version AS membership_version`;

const PREVIEW = `last.id AS last_id, last.seq AS last_message_seq, last.sender_id AS last_sender_id, last.type AS last_type,
  left(last.content, ${EXCERPT_LENGTH}) AS last_excerpt, last.created_at AS last_created_at,
  last.edited_at AS last_edited_at, last.deleted_at AS last_deleted_at`;

/** Memberships with their conversations, and what is unread in them: looked for only where something can be. */
const COUNTED = `JOIN conversations c ON c.id = me.conversation_id
  CROSS JOIN LATERAL (SELECT least(me.last_read_seq, me.unread_from_seq - 1) AS read_seq) effective
  LEFT JOIN LATERAL unread_counts(c.id, me.user_id, effective.read_seq) counted ON c.last_main_seq > effective.read_seq`;

const ROWS = (memberships: string, state = STATE): string => `SELECT ${state}, ${MEMBERSHIP}, ${PREVIEW}
  FROM ${memberships} me ${COUNTED}
  LEFT JOIN LATERAL last_main_message(me.user_id, c.id, c.last_main_seq) last ON true`;

const MAX_TITLE_LENGTH = 200;

const SHOWN: Record<PageOf['filter'], string> = {
  all: 'true',
  inbox: 'm.archived_at IS NULL',
  archived: 'm.archived_at IS NOT NULL',
  pinned: 'm.pinned_at IS NOT NULL',
};

/** Reads conversations as their members see them: each list in one query. */
@Injectable()
export class ConversationQueryRepository {
  constructor(private readonly database: Database) {}

  /** The rows of these people in these conversations, each of which is counted once. */
  findForUsers(userIds: readonly string[], conversationIds: readonly string[]): Promise<ConversationRow[]> {
    return this.database.query(
      `WITH sizes AS MATERIALIZED (
         SELECT conversation_id, count(*) AS size FROM conversation_members WHERE conversation_id = ANY($2) GROUP BY 1
       )
       ${ROWS('conversation_members', stateWith('(SELECT size FROM sizes WHERE conversation_id = c.id)'))}
       WHERE me.user_id = ANY($1) AND me.conversation_id = ANY($2)`,
      [userIds, conversationIds],
    );
  }

  listPage({
    userId,
    filter: show,
    changedAfter = -1,
    except,
    direction,
    from,
    limit,
  }: PageOf): Promise<ConversationRow[]> {
    const [order, beyond] = direction === 'older' ? ['DESC', '<'] : ['ASC', '>'];
    const page = `(
      SELECT m.* FROM conversation_members m JOIN conversations c ON c.id = m.conversation_id
      WHERE m.user_id = $1 AND ${SHOWN[show]}
        AND m.version > $2
        AND ($3::uuid[] IS NULL OR m.conversation_id <> ALL($3))
        AND ($4::timestamptz IS NULL OR (c.last_activity_at, c.id) ${beyond} ($4, $5::uuid))
      ORDER BY c.last_activity_at ${order}, c.id ${order} LIMIT $6
    )`;
    return this.database.query(`${ROWS(page)} ORDER BY c.last_activity_at ${order}, c.id ${order}`, [
      userId,
      changedAfter,
      except,
      from?.at,
      from?.id,
      limit,
    ]);
  }

  /** Which of these has changed since the version, or for this person after the value of their counter `me`. */
  changedSince(
    userId: string,
    ids: readonly string[],
    versions: readonly number[],
    after: number,
  ): Promise<HeldRow[]> {
    return this.database.query(
      `SELECT held.id, held.version, m.user_id IS NOT NULL AS is_in,
         c.version <> held.version OR m.version > $4 AS has_moved
       FROM unnest($2::uuid[], $3::bigint[]) AS held (id, version)
       LEFT JOIN conversation_members m ON m.conversation_id = held.id AND m.user_id = $1
       LEFT JOIN conversations c ON c.id = m.conversation_id ORDER BY held.id`,
      [userId, ids, versions, after],
    );
  }

  findState(conversationId: string): Promise<ConversationStateRow | null> {
    return this.database.queryOne(`SELECT ${STATE} FROM conversations c WHERE c.id = $1`, [conversationId]);
  }

  findMembership(
    conversationId: string,
    userId: string,
  ): Promise<(MembershipRow & { version: number }) | null> {
    return this.database.queryOne(
      `SELECT c.version, ${MEMBERSHIP} FROM conversation_members me ${COUNTED} WHERE c.id = $1 AND me.user_id = $2`,
      [conversationId, userId],
    );
  }

  /** Public ones, by title. Their beginning is asked for as a range, which a plan for all values can look up; LIKE is not. */
  listChannels(
    userId: string,
    beginning: string,
    after: { title: string; id: string } | null,
    limit: number,
  ): Promise<(ChannelRow & { sort_title: string })[]> {
    return this.database.query(
      `SELECT ${STATE}, lower(c.title) AS sort_title,
         EXISTS (SELECT FROM conversation_members m WHERE m.conversation_id = c.id AND m.user_id = $1) AS joined
       FROM conversations c
       WHERE c.type = 'channel' AND NOT c.is_private
         AND lower(c.title) ~>=~ lower($2) AND lower(c.title) ~<=~ (lower($2) || repeat(U&'\\+10FFFF', ${MAX_TITLE_LENGTH}))
         AND lower(c.title) ~>=~ $3 AND (lower(c.title) ~>~ $3 OR c.id > $4)
       ORDER BY lower(c.title) USING ~<~, c.id LIMIT $5`,
      [userId, beginning, after?.title ?? '', after?.id ?? FIRST_ID, limit],
    );
  }

  /** Everything of somebody's that is unread. */
  listUnread(
    userId: string,
  ): Promise<{ conversation_id: string; unread: number; mentions: number; muted_until: Date | null }[]> {
    return this.database.query(
      `SELECT c.id AS conversation_id, counted.unread, counted.mentions, me.muted_until
       FROM conversation_members me ${COUNTED}
       WHERE me.user_id = $1 AND counted.unread > 0 ORDER BY c.last_activity_at DESC, c.id DESC`,
      [userId],
    );
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { MessageRevisionRow, Timeline } from './dto/list-messages.dto.js';
import type { MessageRow } from './dto/message.dto.js';
import { messageColumns, MESSAGES_WITH_REPLIES, READER, type MessageReader } from './messages.repository.js';

/** User who reads a conversation. */
export interface ConversationReader {
  conversationId: string;
  userId: string;
}

/** User who reads one timeline of a conversation. */
export interface TimelineReader extends ConversationReader {
  timeline: Timeline;
}

/** Versions of a conversation: `after` is exclusive, `upTo` inclusive. */
export interface VersionRange {
  conversationId: string;
  after: number;
  upTo: number;
}

const COLUMNS = messageColumns('m', 'r', READER);
/** SQL condition that user $2 has hidden the message of conversation $1. The subquery runs once for a page. */
const isHiddenOnPageSql = (message: string): string =>
  `${message}.id = ANY (ARRAY(SELECT message_id FROM hidden_messages($2) WHERE conversation_id = $1))`;
const PAGE_READER: MessageReader = { userId: '$2', isHidden: isHiddenOnPageSql };
/**
 * Messages of conversation $1 as seen by user $2; none without a membership. Callers append LIMIT as a literal: with a
 * parameter PostgreSQL makes a new plan for each page, which takes longer than its execution.
 */
const READABLE = `SELECT ${messageColumns('m', 'r', PAGE_READER)} FROM ${MESSAGES_WITH_REPLIES}
  WHERE m.conversation_id = $1 AND EXISTS (SELECT FROM membership_context($1, $2) WHERE is_active)`;
/** IS TRUE matches messages_main_idx and keeps the planner from the index of threads. */
const inTimeline = (timeline: Timeline, message: string): string =>
  timeline === 'main' ? `AND (${message}.thread_root_id IS NULL) IS TRUE` : '';
const REPLIES = `SELECT ${COLUMNS} FROM ${MESSAGES_WITH_REPLIES} WHERE m.thread_root_id = $2`;

/** Read model of messages, as seen by the given user: pages of conversations and threads, and changes for sync. */
@Injectable()
export class MessageQueryRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  findBefore(
    { conversationId, userId, timeline }: TimelineReader,
    seq: number,
    limit: number,
  ): Promise<MessageRow[]> {
    const toSql = (rows: number): string =>
      `${READABLE} ${inTimeline(timeline, 'm')} AND m.seq < $3 ORDER BY m.seq DESC LIMIT ${rows}`;
    return this.database.queryPage(limit, toSql, [conversationId, userId, seq]);
  }

  /** Oldest first. */
  findAfter(
    { conversationId, userId, timeline }: TimelineReader,
    seq: number,
    limit: number,
  ): Promise<MessageRow[]> {
    const toSql = (rows: number): string =>
      `${READABLE} ${inTimeline(timeline, 'm')} AND m.seq > $3 ORDER BY m.seq LIMIT ${rows}`;
    return this.database.queryPage(limit, toSql, [conversationId, userId, seq]);
  }

  /** Newest first. */
  findRepliesBefore(userId: string, threadRootId: string, seq: number, limit: number): Promise<MessageRow[]> {
    const toSql = (rows: number): string => `${REPLIES} AND m.seq < $3 ORDER BY m.seq DESC LIMIT ${rows}`;
    return this.database.queryPage(limit, toSql, [userId, threadRootId, seq]);
  }

  /** Oldest first. */
  findRepliesAfter(userId: string, threadRootId: string, seq: number, limit: number): Promise<MessageRow[]> {
    const toSql = (rows: number): string => `${REPLIES} AND m.seq > $3 ORDER BY m.seq LIMIT ${rows}`;
    return this.database.queryPage(limit, toSql, [userId, threadRootId, seq]);
  }

  /** Messages of these types without hidden messages, newest first. One index scan for each type, then a merge. */
  findMediaBefore(
    { conversationId, userId }: ConversationReader,
    types: readonly string[],
    seq: number,
    limit: number,
  ): Promise<MessageRow[]> {
    return this.database.queryPage(
      limit,
      (rows) => `SELECT ${messageColumns('m', 'r', PAGE_READER)} FROM unnest($3::text[]) AS requested (type)
       CROSS JOIN LATERAL (
         SELECT * FROM messages media
         WHERE conversation_id = $1 AND type = requested.type AND seq < $4 AND media IS NOT NULL AND NOT ${isHiddenOnPageSql('media')}
         ORDER BY seq DESC LIMIT ${rows}
       ) m LEFT JOIN messages r ON r.id = m.reply_to_id ORDER BY m.seq DESC LIMIT ${rows}`,
      [conversationId, userId, types, seq],
    );
  }

  /** Oldest first. */
  findRevisions(messageId: string, afterVersion: number, limit: number): Promise<MessageRevisionRow[]> {
    return this.database.query(
      `SELECT version, content, written_at FROM message_edits
       WHERE message_id = $1 AND version > $2 ORDER BY version LIMIT $3`,
      [messageId, afterVersion, limit],
    );
  }

  /** Messages changed in each range, in the order of versions. */
  async findChangedMessages(
    userId: string,
    ranges: readonly VersionRange[],
    limit: number,
  ): Promise<MessageRow[]> {
    if (ranges.length === 0) return [];
    return this.database.query(
      `SELECT ${COLUMNS} FROM unnest($2::uuid[], $3::bigint[], $4::bigint[]) AS requested (id, after, up_to)
       CROSS JOIN LATERAL (
         SELECT * FROM messages
         WHERE conversation_id = requested.id AND version > requested.after AND version <= requested.up_to
         ORDER BY version LIMIT $5
       ) m LEFT JOIN messages r ON r.id = m.reply_to_id ORDER BY m.conversation_id, m.version`,
      [
        userId,
        ranges.map(({ conversationId }) => conversationId),
        ranges.map(({ after }) => after),
        ranges.map(({ upTo }) => upTo),
        limit,
      ],
    );
  }

  /** Newest messages of the main timeline of each conversation, oldest first. */
  async findNewestMessages(
    userId: string,
    conversationIds: readonly string[],
    limit: number,
  ): Promise<MessageRow[]> {
    if (conversationIds.length === 0) return [];
    return this.database.query(
      `SELECT ${COLUMNS} FROM unnest($2::uuid[]) AS requested (id)
       CROSS JOIN LATERAL (
         SELECT * FROM messages newest WHERE conversation_id = requested.id ${inTimeline('main', 'newest')} ORDER BY seq DESC LIMIT $3
       ) m LEFT JOIN messages r ON r.id = m.reply_to_id ORDER BY m.conversation_id, m.seq`,
      [userId, conversationIds, limit],
    );
  }

  async findMessagesByIds(userId: string, ids: readonly string[]): Promise<MessageRow[]> {
    if (ids.length === 0) return [];
    return this.database.query(`SELECT ${COLUMNS} FROM ${MESSAGES_WITH_REPLIES} WHERE m.id = ANY($2)`, [
      userId,
      ids,
    ]);
  }
}

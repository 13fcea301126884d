import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import { SHOWN_VOTERS } from '../messages/dto/poll-state.dto.js';
import type { PollRow } from './dto/poll.dto.js';
import type { PollResults } from './poll-results.js';

/** Identifiers of a poll, its message, conversation and sender. */
export interface PollRef {
  id: string;
  message_id: string;
  conversation_id: string;
  sender_id: string;
}

const REF_COLUMNS = 'p.id, p.message_id, m.conversation_id, m.sender_id';
/** Poll of message m as seen by user $1. */
const USER_COLUMNS = `
  m.conversation_id, m.id AS message_id, m.seq, m.version, m.payload AS state,
  ARRAY(SELECT option_id FROM poll_votes WHERE user_id = $1 AND poll_id = (m.payload ->> 'id')::uuid) AS chosen`;
/** Whether user $1 has hidden message m. */
const IS_HIDDEN = 'EXISTS (SELECT FROM hidden_messages($1) hidden WHERE hidden.message_id = m.id)';

/** Polls and their options. Callers that change them hold the conversation lock. */
@Injectable()
export class PollsRepository {
  constructor(private readonly database: Database) {}

  async insertPoll(messageId: string, poll: PollResults): Promise<void> {
    await this.database.query(
      `WITH poll AS (
         INSERT INTO polls (id, message_id, question, multiple_choice, max_choices, anonymous, results_visibility, closes_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       )
       INSERT INTO poll_options (id, poll_id, text, position)
       SELECT id, $1, text, place - 1 FROM unnest($9::uuid[], $10::text[]) WITH ORDINALITY AS option (id, text, place)`,
      [
        poll.id,
        messageId,
        poll.question,
        poll.multiple_choice,
        poll.max_choices,
        poll.anonymous,
        poll.results_visibility,
        poll.closes_at,
        poll.options.map(({ id }) => id),
        poll.options.map(({ text }) => text),
      ],
    );
  }

  findPoll(pollId: string): Promise<PollRef | null> {
    return this.database.queryOne(
      `SELECT ${REF_COLUMNS} FROM polls p JOIN messages m ON m.id = p.message_id WHERE p.id = $1`,
      [pollId],
    );
  }

  /** Null as well when the user has hidden the poll's message. */
  findVisiblePoll(userId: string, pollId: string): Promise<PollRef | null> {
    return this.database.queryOne(
      `SELECT ${REF_COLUMNS} FROM polls p JOIN messages m ON m.id = p.message_id WHERE p.id = $2 AND NOT ${IS_HIDDEN}`,
      [userId, pollId],
    );
  }

  /** Poll as seen by the user, also when hidden. */
  findPollForUser(userId: string, pollId: string): Promise<PollRow | null> {
    return this.database.queryOne(
      `SELECT ${USER_COLUMNS}, ${IS_HIDDEN} AS is_hidden FROM polls p JOIN messages m ON m.id = p.message_id WHERE p.id = $2`,
      [userId, pollId],
    );
  }

  /** Polls below a seq, newest first. */
  listPollsBefore(userId: string, conversationId: string, seq: number, limit: number): Promise<PollRow[]> {
    return this.database.queryPage(
      limit,
      (rows) => `SELECT ${USER_COLUMNS}, false AS is_hidden FROM messages m
       WHERE m.conversation_id = $2 AND m.type = 'poll' AND m.seq < $3 AND m.deleted_at IS NULL AND NOT ${IS_HIDDEN}
       ORDER BY m.seq DESC LIMIT ${rows}`,
      [userId, conversationId, seq],
    );
  }

  /** Results counted from the vote rows. Voters of an anonymous poll are not read. */
  async getResults(pollId: string): Promise<PollResults> {
    const row = await this.database.queryOne<PollResults>(
      `SELECT p.id, p.question, p.multiple_choice, p.max_choices, p.anonymous, p.results_visibility, p.closes_at,
         p.closed_at, p.closed_by,
         (SELECT count(DISTINCT user_id)::int FROM poll_votes WHERE poll_id = $1) AS voters,
         (SELECT jsonb_agg(jsonb_build_object('id', o.id, 'text', o.text, 'position', o.position,
              'votes', coalesce(counted.votes, 0), 'userIds', ARRAY(
                SELECT user_id FROM poll_votes WHERE poll_id = $1 AND option_id = o.id AND NOT p.anonymous
                ORDER BY created_at, user_id LIMIT ${SHOWN_VOTERS}
              )) ORDER BY o.position)
            FROM poll_options o LEFT JOIN (
              SELECT option_id, count(*) AS votes FROM poll_votes WHERE poll_id = $1 GROUP BY option_id
            ) counted ON counted.option_id = o.id
            WHERE o.poll_id = $1) AS options
       FROM polls p WHERE p.id = $1`,
      [pollId],
    );
    return row!;
  }

  /** Returns true when the poll was open by the database clock. */
  async closePollRow(pollId: string, userId: string): Promise<boolean> {
    const closed = await this.database.queryOne(
      `UPDATE polls SET closed_at = least(clock_timestamp(), closes_at), closed_by = $2, updated_at = clock_timestamp()
       WHERE id = $1 AND closed_at IS NULL AND (closes_at IS NULL OR closes_at > clock_timestamp()) RETURNING id`,
      [pollId, userId],
    );
    return closed !== null;
  }

  /** Returns true when closing time was reached. Votes after that time were refused, so the delay changes nothing. */
  async closeDuePoll(pollId: string): Promise<boolean> {
    const closed = await this.database.queryOne(
      `UPDATE polls SET closed_at = closes_at, updated_at = clock_timestamp()
       WHERE id = $1 AND closed_at IS NULL AND closes_at <= clock_timestamp() RETURNING id`,
      [pollId],
    );
    return closed !== null;
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { VoteRow } from './dto/vote.dto.js';

/** Poll state that a vote is checked against, at one instant of the database clock. */
export interface VoteContext {
  multiple_choice: boolean;
  max_choices: number | null;
  anonymous: boolean;
  at: Date;
  is_closed: boolean;
  /** Number of options of the poll. */
  option_count: number;
  /** Number of requested options that belong to the poll. */
  found_count: number;
  /** Options chosen by the user so far. */
  chosen: string[];
}

/** Votes of polls. Callers that change them hold the conversation lock. */
@Injectable()
export class PollVotesRepository {
  constructor(private readonly database: Database) {}

  findVoteContext(pollId: string, userId: string, optionIds: readonly string[]): Promise<VoteContext | null> {
    return this.database.queryOne(
      `SELECT p.multiple_choice, p.max_choices, p.anonymous, clock.at,
         p.closed_at IS NOT NULL OR coalesce(p.closes_at <= clock.at, false) AS is_closed,
         (SELECT count(*)::int FROM poll_options WHERE poll_id = $1) AS option_count,
         (SELECT count(*)::int FROM poll_options WHERE poll_id = $1 AND id = ANY ($3::uuid[])) AS found_count,
         ARRAY(SELECT option_id FROM poll_votes WHERE user_id = $2 AND poll_id = $1) AS chosen
       FROM polls p CROSS JOIN clock_timestamp() AS clock (at) WHERE p.id = $1`,
      [pollId, userId, optionIds],
    );
  }

  /** Removed options are deleted first, because a single-choice poll allows one row per user at any moment. */
  async replaceVotes(
    pollId: string,
    userId: string,
    { multiple_choice, at }: VoteContext,
    { removed, added }: { removed: string[]; added: string[] },
  ): Promise<void> {
    await this.database.query(
      `WITH deleted AS (
         DELETE FROM poll_votes WHERE poll_id = $1 AND user_id = $2 AND option_id = ANY ($3::uuid[]) RETURNING option_id
       )
       INSERT INTO poll_votes (poll_id, option_id, user_id, multiple_choice, created_at)
       SELECT $1, option_id, $2, $5, $6 FROM unnest($4::uuid[]) AS option_id WHERE (SELECT count(*) FROM deleted) >= 0`,
      [pollId, userId, removed, added, multiple_choice, at],
    );
  }

  /** Votes ordered by option, then by time. */
  listVotes(pollId: string, after: VoteRow, limit: number): Promise<VoteRow[]> {
    return this.database.query(
      `SELECT option_id, user_id, created_at FROM poll_votes
       WHERE poll_id = $1 AND (option_id, created_at, user_id) > ($2, $3, $4)
       ORDER BY option_id, created_at, user_id LIMIT $5`,
      [pollId, after.option_id, after.created_at, after.user_id, limit],
    );
  }

  /** Votes for the option of the cursor, ordered by time. */
  listVotesForOption(pollId: string, after: VoteRow, limit: number): Promise<VoteRow[]> {
    return this.database.query(
      `SELECT option_id, user_id, created_at FROM poll_votes
       WHERE poll_id = $1 AND option_id = $2 AND (created_at, user_id) > ($3, $4)
       ORDER BY created_at, user_id LIMIT $5`,
      [pollId, after.option_id, after.created_at, after.user_id, limit],
    );
  }
}

import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { VoteRow } from './dto/vote.dto.js';

/** What a vote is held against, at one instant of the database's clock. */
export interface VoteContext {
  multiple_choice: boolean;
  max_choices: number | null;
  anonymous: boolean;
  at: Date;
  is_over: boolean;
  /** Of this poll. */
  options: number;
  /** Of those that were asked for. */
  known: number;
  chosen: string[];
}

/** Who chose what. The conversation is locked by whoever changes it. */
@Injectable()
export class VotesRepository {
  constructor(private readonly database: Database) {}

  findVoteContext(pollId: string, userId: string, optionIds: readonly string[]): Promise<VoteContext | null> {
    return this.database.queryOne(
      `SELECT p.multiple_choice, p.max_choices, p.anonymous, clock.at,
         p.closed_at IS NOT NULL OR coalesce(p.closes_at <= clock.at, false) AS is_over,
         (SELECT count(*)::int FROM poll_options WHERE poll_id = $1) AS options,
         (SELECT count(*)::int FROM poll_options WHERE poll_id = $1 AND id = ANY ($3::uuid[])) AS known,
         ARRAY(SELECT option_id FROM poll_votes WHERE user_id = $2 AND poll_id = $1) AS chosen
       FROM polls p CROSS JOIN clock_timestamp() AS clock (at) WHERE p.id = $1`,
      [pollId, userId, optionIds],
    );
  }

  /** What is taken back goes first: a single choice has one vote at every moment. */
  async replace(
    pollId: string,
    userId: string,
    { multiple_choice, at }: VoteContext,
    { removed, added }: { removed: string[]; added: string[] },
  ): Promise<void> {
    await this.database.query(
      `WITH gone AS (
         DELETE FROM poll_votes WHERE poll_id = $1 AND user_id = $2 AND option_id = ANY ($3::uuid[]) RETURNING option_id
       )
       INSERT INTO poll_votes (poll_id, option_id, user_id, multiple_choice, created_at)
       SELECT $1, option_id, $2, $5, $6 FROM unnest($4::uuid[]) AS option_id WHERE (SELECT count(*) FROM gone) >= 0`,
      [pollId, userId, removed, added, multiple_choice, at],
    );
  }

  /** Option by option; of each who voted first. */
  page(pollId: string, after: VoteRow, limit: number): Promise<VoteRow[]> {
    return this.database.query(
      `SELECT option_id, user_id, created_at FROM poll_votes
       WHERE poll_id = $1 AND (option_id, created_at, user_id) > ($2, $3, $4)
       ORDER BY option_id, created_at, user_id LIMIT $5`,
      [pollId, after.option_id, after.created_at, after.user_id, limit],
    );
  }

  /** For the option of that place alone. */
  pageOf(pollId: string, after: VoteRow, limit: number): Promise<VoteRow[]> {
    return this.database.query(
      `SELECT option_id, user_id, created_at FROM poll_votes
       WHERE poll_id = $1 AND option_id = $2 AND (created_at, user_id) > ($3, $4)
       ORDER BY created_at, user_id LIMIT $5`,
      [pollId, after.option_id, after.created_at, after.user_id, limit],
    );
  }
}

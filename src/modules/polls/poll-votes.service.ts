import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, FIRST_ID, instant, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { UsersService } from '../users/users.service.js';
import { PollDto } from './dto/poll.dto.js';
import {
  PollVoteDto,
  type ListVotesDto,
  type VotePollDto,
  type VotePageDto,
  type VoteRow,
} from './dto/vote.dto.js';
import { maxVotesPerUser } from './poll-results.js';
import { PollsAccess } from './polls.access.js';
import { anonymousPoll, pollClosed, resultsHidden } from './polls.errors.js';
import { PollsRepository } from './polls.repository.js';
import { PollResultsService } from './poll-results.service.js';
import { PollVotesRepository, type VoteContext } from './poll-votes.repository.js';

const voteCursor = cursor(uuid, instant, uuid);

/** Votes in open polls, and lists of votes. */
@Injectable()
export class PollVotesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly votes: PollVotesRepository,
    private readonly polls: PollsRepository,
    private readonly access: PollsAccess,
    private readonly results: PollResultsService,
    private readonly users: UsersService,
  ) {}

  votePoll(user: AuthUser, { pollId, optionIds }: VotePollDto): Promise<PollDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const poll = await this.access.requireVoter(user, pollId);
      const context = await this.votes.findVoteContext(pollId, userId, optionIds);
      if (!context) throw notFound();
      validateVote(context, optionIds);
      const removed = difference(context.chosen, optionIds);
      const added = difference(optionIds, context.chosen);
      if (removed.length + added.length === 0)
        return PollDto.from((await this.polls.findPollForUser(userId, pollId))!);
      await this.votes.replaceVotes(pollId, userId, context, { removed, added });
      const { version, poll: state } = await this.results.publishResults(
        poll,
        context.anonymous ? null : userId,
      );
      const { conversation_id, message_id } = poll;
      const voted = PollDto.from({ conversation_id, message_id, version, state: state!, chosen: optionIds });
      this.results.publishVoted(userId, voted);
      return voted;
    });
  }

  async listPollVotes(user: AuthUser, { pollId, optionId, ...query }: ListVotesDto): Promise<VotePageDto> {
    const { state } = await this.access.requireReader(user, pollId);
    if (state.anonymous) throw anonymousPoll();
    if (state.resultsVisibility === 'closed' && !state.closedAt) throw resultsHidden();
    const after = decodePosition(query.cursor, optionId);
    const rows = await (optionId
      ? this.votes.listVotesForOption(pollId, { ...after, option_id: optionId }, query.limit + 1)
      : this.votes.listVotes(pollId, after, query.limit + 1));
    const { page, nextCursor } = toPage(rows, query.limit, (last) =>
      voteCursor.encode(last.option_id, last.created_at, last.user_id),
    );
    return {
      items: page.map((row) => PollVoteDto.from(row)),
      nextCursor,
      users: await this.users.findSummaries(page.map(({ user_id }) => user_id)),
    };
  }
}

function validateVote(context: VoteContext, optionIds: readonly string[]): void {
  if (context.is_closed) throw pollClosed();
  if (context.found_count < optionIds.length)
    throw validationError([{ field: 'optionIds', code: 'not_found' }]);
  if (optionIds.length > maxVotesPerUser(context, context.option_count))
    throw validationError([{ field: 'optionIds', code: 'too_many' }]);
}

function difference(ids: readonly string[], others: readonly string[]): string[] {
  return ids.filter((id) => !others.includes(id));
}

/** Position after the last vote of the previous page; before the first vote without a cursor. */
function decodePosition(encoded: string | undefined, optionId = FIRST_ID): VoteRow {
  const [option_id, created_at, user_id] = voteCursor.decode(encoded, [optionId, new Date(0), FIRST_ID]);
  return { option_id, created_at, user_id };
}

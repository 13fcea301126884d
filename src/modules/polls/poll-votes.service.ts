import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { decodeCursor, FIRST_ID, isId, isInstant } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
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
        return PollDto.from((await this.polls.findForUser(userId, pollId))!);
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

  async listPollVotes(
    user: AuthUser,
    { pollId, optionId, cursor, limit = 50 }: ListVotesDto,
  ): Promise<VotePageDto> {
    const { state } = await this.access.requireReader(user, pollId);
    if (state.anonymous) throw anonymousPoll();
    if (state.resultsVisibility === 'closed' && !state.closedAt) throw resultsHidden();
    const after = decodeVoteCursor(cursor, optionId);
    const rows = await (optionId
      ? this.votes.listVotesForOption(pollId, { ...after, option_id: optionId }, limit + 1)
      : this.votes.listVotes(pollId, after, limit + 1));
    const { page, nextCursor } = pageOf(rows, limit, (last) => [
      last.option_id,
      last.created_at.getTime(),
      last.user_id,
    ]);
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
function decodeVoteCursor(cursor: string | undefined, optionId = FIRST_ID): VoteRow {
  if (!cursor) return { option_id: optionId, created_at: new Date(0), user_id: FIRST_ID };
  const [last, at, userId] = decodeCursor(cursor, isId, isInstant, isId);
  return { option_id: last as string, created_at: new Date(at as number), user_id: userId as string };
}

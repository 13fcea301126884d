import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { decodeCursor, FIRST_ID, isId, isInstant } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
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
import { mostChoices } from './poll-states.js';
import { PollsAccess } from './polls.access.js';
import { pollVoted } from './polls.contract.js';
import { anonymousPoll, pollClosed, resultsHidden } from './polls.errors.js';
import { PollsRepository } from './polls.repository.js';
import { ResultsService } from './results.service.js';
import { VotesRepository, type VoteContext } from './votes.repository.js';

/** Who chose what in a poll, as long as it is open. */
@Injectable()
export class VotesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly votes: VotesRepository,
    private readonly polls: PollsRepository,
    private readonly access: PollsAccess,
    private readonly results: ResultsService,
    private readonly users: UsersService,
    private readonly publisher: Publisher,
  ) {}

  vote(user: AuthUser, { pollId, optionIds }: VotePollDto): Promise<PollDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const place = await this.access.requireVoter(user, pollId);
      const ballot = await this.votes.findVoteContext(pollId, userId, optionIds);
      if (!ballot) throw notFound();
      validateSendable(ballot, optionIds);
      const removed = without(ballot.chosen, optionIds);
      const added = without(optionIds, ballot.chosen);
      if (removed.length + added.length === 0)
        return PollDto.from((await this.polls.findFor(userId, pollId))!);
      await this.votes.replace(pollId, userId, ballot, { removed, added });
      const { version, poll: state } = await this.results.publishResults(
        place,
        ballot.anonymous ? null : userId,
      );
      const { conversation_id, message_id } = place;
      const poll = PollDto.from({ conversation_id, message_id, version, state: state!, chosen: optionIds });
      this.tellMe(userId, poll);
      return poll;
    });
  }

  async list(user: AuthUser, { pollId, optionId, cursor, limit = 50 }: ListVotesDto): Promise<VotePageDto> {
    const { state } = await this.access.requireReader(user, pollId);
    if (state.anonymous) throw anonymousPoll();
    if (state.resultsVisibility === 'closed' && !state.closedAt) throw resultsHidden();
    const after = placeOf(cursor, optionId);
    const rows = await (optionId
      ? this.votes.pageOf(pollId, { ...after, option_id: optionId }, limit + 1)
      : this.votes.page(pollId, after, limit + 1));
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

  /** The others hear only what it comes to. */
  private tellMe(userId: string, { id, conversationId, messageId, myOptionIds }: PollDto): void {
    const voted = { pollId: id, conversationId, messageId, optionIds: myOptionIds };
    this.publisher.publish(pollVoted, voted, toUsers(userId));
  }
}

function validateSendable(ballot: VoteContext, optionIds: readonly string[]): void {
  if (ballot.is_over) throw pollClosed();
  if (ballot.known < optionIds.length) throw validationError([{ field: 'optionIds', code: 'not_found' }]);
  if (optionIds.length > mostChoices(ballot, ballot.options))
    throw validationError([{ field: 'optionIds', code: 'too_many' }]);
}

function without(ids: readonly string[], others: readonly string[]): string[] {
  return ids.filter((id) => !others.includes(id));
}

/** Where a page begins: before the first one, or after the last of the page before. */
function placeOf(cursor: string | undefined, optionId = FIRST_ID): VoteRow {
  if (!cursor) return { option_id: optionId, created_at: new Date(0), user_id: FIRST_ID };
  const [last, at, userId] = decodeCursor(cursor, isId, isInstant, isId);
  return { option_id: last as string, created_at: new Date(at as number), user_id: userId as string };
}

import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { IdField, IdsField, DateTimeField } from '../../../kernel/validation/fields.js';
import { PageWithUsersDto } from '../../users/dto/page-with-users.dto.js';
import type { PollVote } from '../entities/poll.entity.js';
import { PollIdDto } from './poll.dto.js';

/** Vote of the current user. */
export class VotePollDto extends PollIdDto {
  @IdsField('Ids of all chosen options. They replace the former choice; an empty list withdraws the vote.', {
    min: 0,
    max: 100,
  })
  optionIds: string[];
}

/** Query for the votes of a poll. */
export class ListVotesDto extends PageQueryDto {
  @IdField('Id of the poll.')
  pollId: string;

  @IdField('Only votes for this option.', { optional: true })
  optionId?: string;
}

export type VoteRow = ColumnsOf<PollVote, 'option_id' | 'user_id' | 'created_at'>;

/** Vote of one user for one option. */
export class PollVoteDto {
  @IdField('Id of the chosen option.')
  optionId: string;

  @IdField('Id of the voter.')
  userId: string;

  @DateTimeField('Time of the vote.')
  createdAt: string;

  static from({ option_id, user_id, created_at }: VoteRow): PollVoteDto {
    return { optionId: option_id, userId: user_id, createdAt: created_at.toISOString() };
  }
}

/** Page of votes. */
export class VotePageDto extends PageWithUsersDto(PollVoteDto, 'Votes ordered by option, then by time.') {}

/** Payload of poll.voted. */
export class PollVotedDto extends PollIdDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IdField('Id of the poll message.')
  messageId: string;

  @IdsField('Ids of the chosen options in display order; empty after a withdrawal.', {
    min: 0,
    max: 100,
  })
  optionIds: string[];
}

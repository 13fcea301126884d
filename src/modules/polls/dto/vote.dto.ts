import { ApiExtraModels } from '@nestjs/swagger';
import {
  CursorField,
  IdField,
  IdsField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';
import { PollIdDto } from './poll.dto.js';

export class VotePollDto extends PollIdDto {
  @IdsField('All that I choose: it replaces what I chose before. None: I withdraw my vote.', {
    min: 0,
    max: 100,
  })
  optionIds: string[];
}

export class ListVotesDto extends PollIdDto {
  @IdField('Only the votes for this option.', { optional: true })
  optionId?: string;

  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

export interface VoteRow {
  option_id: string;
  user_id: string;
  created_at: Date;
}

export class PollVoteDto {
  @IdField('For what.')
  optionId: string;

  @IdField('Who voted.')
  userId: string;

  @DateTimeField('When.')
  createdAt: string;

  static from({ option_id, user_id, created_at }: VoteRow): PollVoteDto {
    return { optionId: option_id, userId: user_id, createdAt: created_at.toISOString() };
  }
}

@ApiExtraModels(UserDto)
export class VotePageDto {
  @NestedField('Option by option, and of each who voted first.', () => [PollVoteDto])
  items: PollVoteDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}

/** The payload of poll.voted. */
export class PollVotedDto extends PollIdDto {
  @IdField('Where it was put.')
  conversationId: string;

  @IdField('The message that puts it.')
  messageId: string;

  @IdsField('What I have chosen, in the order of the options; none: I have withdrawn my vote.', {
    min: 0,
    max: 100,
  })
  optionIds: string[];
}

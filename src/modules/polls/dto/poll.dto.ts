import { ApiExtraModels } from '@nestjs/swagger';
import {
  CursorField,
  IdField,
  IdsField,
  IntField,
  NestedField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { PollStateDto } from '../../messages/dto/poll-state.dto.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';

export class PollIdDto {
  @IdField('The poll.')
  pollId: string;
}

export class ListPollsDto {
  @IdField('Where.')
  conversationId: string;

  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

/** A poll as its message shows it, and what one person has chosen. */
export interface ShownRow {
  conversation_id: string;
  message_id: string;
  seq: number;
  version: number;
  state: PollStateDto;
  chosen: string[];
  is_hidden: boolean;
}

/** A poll as I see it. */
export class PollDto extends PollStateDto {
  @IdField('Where it was put.')
  conversationId: string;

  @IdField('The message that puts it.')
  messageId: string;

  @IntField('The version of that message: whatever carries a newer one knows more.', { min: 1 })
  version: number;

  @IdsField('What I have chosen, in the order of the options: told to nobody else.', { min: 0, max: 100 })
  myOptionIds: string[];

  static from(row: Omit<ShownRow, 'is_hidden' | 'seq'>): PollDto {
    return {
      ...row.state,
      conversationId: row.conversation_id,
      messageId: row.message_id,
      version: row.version,
      myOptionIds: row.state.options.map(({ id }) => id).filter((id) => row.chosen.includes(id)),
    };
  }
}

/** The people that it names. */
export function referencedUserIds({ closedBy, options }: PollStateDto): string[] {
  const ids = [closedBy, ...options.flatMap(({ userIds }) => userIds)];
  return ids.filter((id) => id !== null);
}

@ApiExtraModels(UserDto)
export class PollPageDto {
  @NestedField('The newest first.', () => [PollDto])
  items: PollDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}

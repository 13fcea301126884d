import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { IdField, IdsField, IntField } from '../../../kernel/validation/fields.js';
import { PollStateDto } from '../../messages/dto/poll-state.dto.js';
import { PageWithUsersDto } from '../../users/dto/users-field.js';

/** Reference to a poll. */
export class PollIdDto {
  @IdField('Id of the poll.')
  pollId: string;
}

/** Query for the polls of a conversation. */
export class ListPollsDto extends PageQueryDto {
  @IdField('Id of the conversation.')
  conversationId: string;
}

/** Poll state from the message payload, with the choice of one user. */
export interface PollRow {
  conversation_id: string;
  message_id: string;
  seq: number;
  version: number;
  state: PollStateDto;
  chosen: string[];
  is_hidden: boolean;
}

/** Poll with the choice of the current user. */
export class PollDto extends PollStateDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IdField('Id of the poll message.')
  messageId: string;

  @IntField('Version of the poll message. A higher version supersedes this state.', { min: 1 })
  version: number;

  @IdsField('Options chosen by the current user, in display order. Visible to this user only.', {
    min: 0,
    max: 100,
  })
  myOptionIds: string[];

  static from(row: Omit<PollRow, 'is_hidden' | 'seq'>): PollDto {
    return {
      ...row.state,
      conversationId: row.conversation_id,
      messageId: row.message_id,
      version: row.version,
      myOptionIds: row.state.options.map(({ id }) => id).filter((id) => row.chosen.includes(id)),
    };
  }
}

/** Ids of the users that a poll state names. */
export function pollUserIds({ closedBy, options }: PollStateDto): string[] {
  const ids = [closedBy, ...options.flatMap(({ userIds }) => userIds)];
  return ids.filter((id) => id !== null);
}

/** Page of polls. */
export class PollPageDto extends PageWithUsersDto(PollDto, 'Polls, newest first.') {}

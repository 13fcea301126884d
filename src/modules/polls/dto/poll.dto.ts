import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import {
  BooleanField,
  ClientIdField,
  DateTimeField,
  EnumField,
  IdField,
  IdsField,
  IntField,
  TextField,
  TextsField,
} from '../../../kernel/validation/fields.js';
import { POLL_RESULTS, PollStateDto, type PollResultsVisibility } from '../../messages/dto/poll-state.dto.js';
import { PageWithUsersDto } from '../../users/dto/page-with-users.dto.js';

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

  @IntField('Version of the poll message. A state with a greater version replaces the held one.', { min: 1 })
  version: number;

  @IdsField('Ids of the options chosen by the current user, in display order. Visible to this user only.', {
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

/** Poll to create in a conversation. */
export class CreatePollDto {
  @IdField('Id of the conversation of the poll.')
  conversationId: string;

  @TextField('Question, 1–500 characters.', { max: 500, example: 'Where do we meet?' })
  question: string;

  @TextsField(
    'Options in display order: 2–100 texts of 1–200 characters, unique after trimming white space.',
    {
      min: 2,
      max: 100,
    },
  )
  options: string[];

  @BooleanField('Whether a user may choose more than one option.', { optional: true, default: false })
  multipleChoice?: boolean;

  @IntField('Maximum number of options per user, 1–100. Only with multipleChoice; default: all options.', {
    optional: true,
    min: 1,
    max: 100,
  })
  maxChoices?: number;

  @BooleanField('Whether the choices of each user stay secret.', { optional: true, default: false })
  anonymous?: boolean;

  @EnumField('Visibility of votes. live: at once; closed: after the poll is closed.', POLL_RESULTS, {
    optional: true,
    default: 'live',
  })
  resultsVisibility?: PollResultsVisibility;

  @DateTimeField('Closing time, in the future, at most one year ahead. Omitted: no closing time.', {
    optional: true,
  })
  closesAt?: string;

  @IdField('Id of the message of this conversation that the poll replies to.', { optional: true })
  replyToId?: string;

  @IdField(
    'Id of the thread root, for a poll in a thread: a message of this conversation that is no thread reply.',
    {
      optional: true,
    },
  )
  threadRootId?: string;

  @ClientIdField()
  clientId?: string;
}

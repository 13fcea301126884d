import {
  EnumField,
  ClientIdField,
  BooleanField,
  IdField,
  DateTimeField,
  IntField,
  TextField,
  TextsField,
} from '../../../kernel/validation/fields.js';
import { POLL_RESULTS, type PollResultsVisibility } from '../../messages/dto/poll-state.dto.js';

/** New poll. */
export class CreatePollDto {
  @IdField('Conversation that receives the poll.')
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

  @BooleanField('Whether voters stay unnamed for all users.', { optional: true, default: false })
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

  @IdField('Message of the same conversation that the poll replies to.', { optional: true })
  replyToId?: string;

  @IdField('Thread root of the poll: a message of the same conversation that is not a thread reply.', {
    optional: true,
  })
  threadRootId?: string;

  @ClientIdField()
  clientId?: string;
}

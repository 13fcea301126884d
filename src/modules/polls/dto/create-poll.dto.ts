import {
  EnumField,
  ClientIdField,
  BooleanField,
  IdField,
  DateTimeInputField,
  IntField,
  TextField,
  TextsField,
} from '../../../kernel/validation/fields.js';
import { POLL_RESULTS, type PollResultsVisibility } from '../../messages/dto/poll-state.dto.js';

export class CreatePollDto {
  @IdField('Where to.')
  conversationId: string;

  @TextField('What is asked.', { max: 500, example: 'Where do we meet?' })
  question: string;

  @TextsField('The answers, in this order: up to 200 characters, and not alike but for white space around.', {
    min: 2,
    max: 100,
  })
  options: string[];

  @BooleanField('Whether one person may choose more than one option.', { optional: true, default: false })
  multipleChoice?: boolean;

  @IntField('Options that one person may choose, where it may be more than one; left out: all of them.', {
    optional: true,
    min: 1,
    max: 100,
  })
  maxChoices?: number;

  @BooleanField('Whether nobody is told who voted for what.', { optional: true, default: false })
  anonymous?: boolean;

  @EnumField('From when on the votes are shown: live, or when it is closed.', POLL_RESULTS, {
    optional: true,
    default: 'live',
  })
  resultsVisibility?: PollResultsVisibility;

  @DateTimeInputField('When it closes by itself: later than now, and within a year.', { optional: true })
  closesAt?: string;

  @IdField('The message of this conversation that it replies to.', { optional: true })
  replyToId?: string;

  @IdField('The message of this conversation in whose thread it is; not one of a thread itself.', {
    optional: true,
  })
  threadRootId?: string;

  @ClientIdField()
  clientId?: string;
}

import {
  EnumField,
  BooleanField,
  IdField,
  IdsField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';

export const POLL_RESULTS = ['live', 'closed'] as const;
/** From when on the votes are counted for everybody to see: at once, or when the poll is closed. */
export type PollResultsVisibility = (typeof POLL_RESULTS)[number];
/** People whom a poll names for each option. */
export const SHOWN_VOTERS = 10;

export class PollOptionDto {
  @IdField('The option.')
  id: string;

  @TextField('What it says.', { max: 200 })
  text: string;

  @IntField('Its place in the list, from 0.', { max: 99 })
  position: number;

  @IntField('How many people chose it; null: nobody is to see that before the poll is closed.', {
    nullable: true,
  })
  votes: number | null;

  @IdsField('The first of them; none in an anonymous poll, and none while votes is null.', {
    min: 0,
    max: SHOWN_VOTERS,
  })
  userIds: string[];
}

/** What a poll has come to: the same for every reader. */
export class PollStateDto {
  @IdField('The poll.')
  id: string;

  @TextField('What is asked.', { max: 500 })
  question: string;

  @NestedField('The options, in their order.', () => [PollOptionDto])
  options: PollOptionDto[];

  @BooleanField('Whether one person may choose more than one option.')
  multipleChoice: boolean;

  @IntField('Options that one person may choose.', { min: 1, max: 100 })
  maxChoices: number;

  @BooleanField('Whether nobody is told who voted for what.')
  anonymous: boolean;

  @EnumField('From when on the votes are shown: live, or when it is closed.', POLL_RESULTS)
  resultsVisibility: PollResultsVisibility;

  @IntField('How many people have voted.')
  voters: number;

  @DateTimeField('When it closes by itself; null: when somebody closes it.', { nullable: true })
  closesAt: string | null;

  @DateTimeField('When it was closed: nothing changes in it from then on. null: it is open.', {
    nullable: true,
  })
  closedAt: string | null;

  @IdField('Who closed it; null: nobody yet, or the time did.', { nullable: true })
  closedBy: string | null;
}

import {
  BooleanField,
  DateTimeField,
  EnumField,
  IdField,
  IdsField,
  IntField,
  NestedField,
  TextField,
} from '../../../kernel/validation/fields.js';

export const POLL_RESULTS = ['live', 'closed'] as const;
/** Time from which members see the counts of a poll: at once, or after its end. */
export type PollResultsVisibility = (typeof POLL_RESULTS)[number];
/** Voters listed for each option. */
export const SHOWN_VOTERS = 10;

/** Option of a poll with its result. */
export class PollOptionDto {
  @IdField('Id of the option.')
  id: string;

  @TextField('Text of the option.', { max: 200 })
  text: string;

  @IntField('Position of the option in the list, from 0.', { max: 99 })
  position: number;

  @IntField('Number of users with a vote for the option. Null while the results are not visible.', {
    nullable: true,
  })
  votes: number | null;

  @IdsField('Ids of the first voters. Empty in an anonymous poll and while `votes` is null.', {
    min: 0,
    max: SHOWN_VOTERS,
  })
  userIds: string[];
}

/** Public state of a poll, the same for every reader. */
export class PollStateDto {
  @IdField('Id of the poll.')
  id: string;

  @TextField('Question of the poll.', { max: 500 })
  question: string;

  @NestedField('Options of the poll, by position.', () => [PollOptionDto])
  options: PollOptionDto[];

  @BooleanField('Whether a user may choose several options.')
  multipleChoice: boolean;

  @IntField('Largest number of options that a user may choose.', { min: 1, max: 100 })
  maxChoices: number;

  @BooleanField('Whether the choices of each user stay secret.')
  anonymous: boolean;

  @EnumField('Visibility of the results: live, or closed for after the end of the poll.', POLL_RESULTS)
  resultsVisibility: PollResultsVisibility;

  @IntField('Number of users who voted.')
  voters: number;

  @DateTimeField('Scheduled end of the poll. Null for a poll that a user closes.', { nullable: true })
  closesAt: string | null;

  @DateTimeField('End of the poll, after which it never changes. Null while it is open.', { nullable: true })
  closedAt: string | null;

  @IdField('Id of the user who closed the poll. Null while it is open and after the scheduled end.', {
    nullable: true,
  })
  closedBy: string | null;
}

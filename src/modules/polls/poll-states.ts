import type { PollOptionDto, PollResultsVisibility, PollStateDto } from '../messages/dto/poll-state.dto.js';

/** A poll and what its votes come to, all of it: not everybody may see that. */
export interface Tally {
  id: string;
  question: string;
  multiple_choice: boolean;
  max_choices: number | null;
  anonymous: boolean;
  results_visibility: PollResultsVisibility;
  closes_at: Date | null;
  closed_at: Date | null;
  closed_by: string | null;
  voters: number;
  options: (PollOptionDto & { votes: number })[];
}

/** What everybody may see of it: the only place that decides this. */
export function stateOf(tally: Tally): PollStateDto {
  const { anonymous, results_visibility: resultsVisibility } = tally;
  const areShown = resultsVisibility === 'live' || tally.closed_at !== null;
  return {
    id: tally.id,
    question: tally.question,
    options: tally.options.map(({ id, text, position, votes, userIds }) => ({
      id,
      text,
      position,
      votes: areShown ? votes : null,
      userIds: areShown && !anonymous ? userIds : [],
    })),
    multipleChoice: tally.multiple_choice,
    maxChoices: mostChoices(tally, tally.options.length),
    anonymous,
    resultsVisibility,
    voters: tally.voters,
    closesAt: tally.closes_at?.toISOString() ?? null,
    closedAt: tally.closed_at?.toISOString() ?? null,
    closedBy: tally.closed_by,
  };
}

/** How many options one person may choose. */
export function mostChoices(
  { multiple_choice, max_choices }: Pick<Tally, 'multiple_choice' | 'max_choices'>,
  options: number,
): number {
  return multiple_choice ? (max_choices ?? options) : 1;
}

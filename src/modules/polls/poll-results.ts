import type { PollOptionDto, PollResultsVisibility, PollStateDto } from '../messages/dto/poll-state.dto.js';

/** Poll with its complete results, hidden values included. */
export interface PollResults {
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

/** Results visible to all members. No other code decides what a poll reveals. */
export function toPollState(results: PollResults): PollStateDto {
  const { anonymous, results_visibility: resultsVisibility } = results;
  const areVisible = resultsVisibility === 'live' || results.closed_at !== null;
  return {
    id: results.id,
    question: results.question,
    options: results.options.map(({ id, text, position, votes, userIds }) => ({
      id,
      text,
      position,
      votes: areVisible ? votes : null,
      userIds: areVisible && !anonymous ? userIds : [],
    })),
    multipleChoice: results.multiple_choice,
    maxChoices: maxVotesPerUser(results, results.options.length),
    anonymous,
    resultsVisibility,
    voters: results.voters,
    closesAt: results.closes_at?.toISOString() ?? null,
    closedAt: results.closed_at?.toISOString() ?? null,
    closedBy: results.closed_by,
  };
}

/** Number of options that one user may choose. */
export function maxVotesPerUser(
  { multiple_choice, max_choices }: Pick<PollResults, 'multiple_choice' | 'max_choices'>,
  optionCount: number,
): number {
  return multiple_choice ? (max_choices ?? optionCount) : 1;
}

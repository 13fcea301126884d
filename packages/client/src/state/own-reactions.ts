import type { MessageDto, ReactionSummaryDto } from '../generated/contract.js';

/** User who caused an event, and the user of the client. */
interface Actors {
  actorId: string | null | undefined;
  userId: string | undefined;
}

/** Message of an event, which is the same for all members, with the reactions of the user. */
export function withOwnReactions(
  message: MessageDto,
  held: MessageDto | undefined,
  actors: Actors,
): MessageDto {
  const before = new Map((held?.reactions ?? []).map((summary) => [summary.emoji, summary]));
  const reactions = message.reactions.map((summary) => ({
    ...summary,
    reacted: hasReacted(summary, before.get(summary.emoji), actors),
  }));
  return { ...message, reactions };
}

/** Of many users only the first are listed: an own change then shows in the count. */
function hasReacted(
  { userIds, count }: ReactionSummaryDto,
  before: ReactionSummaryDto | undefined,
  { actorId, userId }: Actors,
): boolean {
  if (userIds.some((id) => id === userId)) return true;
  if (!before || userIds.length === count) return false;
  if (actorId !== userId || count === before.count) return before.reacted;
  return count > before.count;
}

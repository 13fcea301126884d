import { EmojiField, IdsField, IntField } from '../../../kernel/validation/fields.js';

/** Users listed for each emoji of a message. */
export const SHOWN_REACTORS = 10;

/** Reactions with one emoji, as stored with the message. */
export interface ReactionSummary {
  emoji: string;
  count: number;
  userIds: string[];
}

/** Reactions to a message with one emoji. */
export class ReactionSummaryDto implements ReactionSummary {
  @EmojiField('Emoji of the reactions.')
  emoji: string;

  @IntField('Number of users with this reaction.', { min: 1 })
  count: number;

  @IdsField('Ids of the first reacting users.', { max: SHOWN_REACTORS })
  userIds: string[];
}

/** Reply count of a thread root, updated by the events of its replies. */
export class ThreadStateDto {
  @IntField('Number of replies, without deleted replies.')
  replyCount: number;

  @IntField('Seq of the newest reply, including a deleted one.', { min: 1 })
  lastReplySeq: number;
}

import { EmojiField, IdsField, IntField } from '../../../kernel/validation/fields.js';

/** People whom a message names for each emoji. */
export const SHOWN_REACTORS = 10;

/** One emoji at a message, as the message keeps it. */
export interface ReactionSummary {
  emoji: string;
  count: number;
  userIds: string[];
}

export class ReactionSummaryDto implements ReactionSummary {
  @EmojiField('The emoji.')
  emoji: string;

  @IntField('How many people reacted with it.', { min: 1 })
  count: number;

  @IdsField('The first of them.', { max: SHOWN_REACTORS })
  userIds: string[];
}

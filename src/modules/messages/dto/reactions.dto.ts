import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { DateTimeField, EmojiField, IdField } from '../../../kernel/validation/fields.js';
import { PageWithUsersDto } from '../../users/dto/page-with-users.dto.js';
import { MessageIdDto } from './message.dto.js';
import type { MessageReaction } from '../entities/message-reaction.entity.js';

/** Reaction to add or remove. */
export class ReactDto extends MessageIdDto {
  @EmojiField('Exactly one emoji. Variation selectors are ignored.')
  emoji: string;
}

/** Page query of the reactions to a message. */
export class ListReactionsDto extends PageQueryDto {
  @IdField('Id of the message.')
  messageId: string;

  @EmojiField('Emoji of the reactions to list. Without it: all emojis.', { optional: true })
  emoji?: string;
}

export type ReactionRow = ColumnsOf<MessageReaction, 'emoji' | 'user_id' | 'created_at'>;

/** Reaction of one user to a message. */
export class ReactionDto {
  @EmojiField('Emoji of the reaction.')
  emoji: string;

  @IdField('Id of the reacting user.')
  userId: string;

  @DateTimeField('Time of the reaction.')
  createdAt: string;

  static from({ emoji, user_id, created_at }: ReactionRow): ReactionDto {
    return { emoji, userId: user_id, createdAt: created_at.toISOString() };
  }
}

/** Page of reactions with their users. */
export class ReactionPageDto extends PageWithUsersDto(
  ReactionDto,
  'Reactions, grouped by emoji, oldest first within each emoji.',
) {}

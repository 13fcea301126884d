import { ApiExtraModels } from '@nestjs/swagger';
import type { ColumnsOf } from '../../../../kernel/database/row-of.js';
import {
  CursorField,
  EmojiField,
  IdField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../../kernel/validation/fields.js';
import { UserDto } from '../../../users/dto/user.dto.js';
import { UsersField } from '../../../users/dto/users-field.js';
import { MessageIdDto } from '../../dto/change-message.dto.js';
import type { MessageReaction } from '../../entities/message-reaction.entity.js';

export class ReactDto extends MessageIdDto {
  @EmojiField('Exactly one emoji; with and without a variation selector it is the same.')
  emoji: string;
}

export class ListReactionsDto extends MessageIdDto {
  @EmojiField('Only who reacted with this.', { optional: true })
  emoji?: string;

  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

export type ReactionRow = ColumnsOf<MessageReaction, 'emoji' | 'user_id' | 'created_at'>;

export class ReactionDto {
  @EmojiField('With what.')
  emoji: string;

  @IdField('Who reacted.')
  userId: string;

  @DateTimeField('When.')
  createdAt: string;

  static from({ emoji, user_id, created_at }: ReactionRow): ReactionDto {
    return { emoji, userId: user_id, createdAt: created_at.toISOString() };
  }
}

@ApiExtraModels(UserDto)
export class ReactionPageDto {
  @NestedField('Emoji by emoji, and of each who came first.', () => [ReactionDto])
  items: ReactionDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}

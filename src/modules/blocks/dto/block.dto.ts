import { ApiExtraModels } from '@nestjs/swagger';
import {
  CursorField,
  BooleanField,
  IdField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';

export class ListBlocksDto {
  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

export class BlockUserDto {
  @IdField('Whom.')
  userId: string;
}

export interface BlockRow {
  blocked_id: string;
  created_at: Date;
}

export class BlockDto {
  @IdField('Whom I block.')
  userId: string;

  @DateTimeField('Since when.')
  createdAt: string;

  static from(row: BlockRow): BlockDto {
    return { userId: row.blocked_id, createdAt: row.created_at.toISOString() };
  }
}

/** Whether I block somebody, after a change of that. */
export class BlockStateDto {
  @IdField('Whom.')
  userId: string;

  @BooleanField('Whether I block them now.')
  blocked: boolean;

  @IntField('Where my counter `me` stands with this.')
  accountVersion: number;
}

@ApiExtraModels(UserDto)
export class BlockPageDto {
  @NestedField('By userId.', () => [BlockDto])
  items: BlockDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}

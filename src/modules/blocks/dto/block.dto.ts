import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { BooleanField, DateTimeField, IdField, IntField } from '../../../kernel/validation/fields.js';
import { PageWithUsersDto } from '../../users/dto/users-field.js';

export class ListBlocksDto extends PageQueryDto {}

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

export class BlockPageDto extends PageWithUsersDto(BlockDto, 'Blocks of the current user, by user id.') {}

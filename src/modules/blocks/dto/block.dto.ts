import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { BooleanField, DateTimeField, IdField, IntField } from '../../../kernel/validation/fields.js';
import { PageWithUsersDto } from '../../users/dto/page-with-users.dto.js';
import type { UserBlock } from '../entities/user-block.entity.js';

/** Page query of the blocks of the current user. */
export class ListBlocksDto extends PageQueryDto {}

/** User to block or unblock. */
export class BlockUserDto {
  @IdField('Id of the user to block or unblock.')
  userId: string;
}

export type BlockRow = ColumnsOf<UserBlock, 'blocked_id' | 'created_at'>;

/** Block of a user by the current user. */
export class BlockDto {
  @IdField('Id of the blocked user.')
  userId: string;

  @DateTimeField('Time of the block.')
  createdAt: string;

  static from(row: BlockRow): BlockDto {
    return { userId: row.blocked_id, createdAt: row.created_at.toISOString() };
  }
}

/** State of a block after its change. */
export class BlockStateDto {
  @IdField('Id of the other user.')
  userId: string;

  @BooleanField('Whether the current user blocks the other user.')
  blocked: boolean;

  @IntField('Account version of the current user after the change.')
  accountVersion: number;
}

/** Page of blocks with the blocked users. */
export class BlockPageDto extends PageWithUsersDto(BlockDto, 'Blocks of the current user, by user id.') {}

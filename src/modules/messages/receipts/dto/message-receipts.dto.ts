import { ApiExtraModels } from '@nestjs/swagger';
import {
  CursorField,
  BooleanField,
  IdField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../../kernel/validation/fields.js';
import { UserDto } from '../../../users/dto/user.dto.js';
import { UsersField } from '../../../users/dto/users-field.js';
import { MessageIdDto } from '../../dto/change-message.dto.js';

/** What a member has of a message, as the repository reads it. */
export interface MessageReceiptRow {
  user_id: string;
  delivered: boolean;
  read: boolean | null;
  delivered_at: Date | null;
  read_at: Date | null;
}

export class ListMessageReceiptsDto extends MessageIdDto {
  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 100 })
  limit?: number = 100;
}

/** What a member has of a message. */
export class MessageReceiptDto {
  @IdField('Who.')
  userId: string;

  @BooleanField('Whether a device of theirs has it.')
  delivered: boolean;

  @BooleanField('Whether they have read it; null: they do not show it, or I do not show mine.', {
    nullable: true,
  })
  read: boolean | null;

  @DateTimeField('When it was delivered; null: not yet, or the time was not kept.', { nullable: true })
  deliveredAt: string | null;

  @DateTimeField('When they read it; null: not yet, not shown, or the time was not kept.', { nullable: true })
  readAt: string | null;

  static from(row: MessageReceiptRow): MessageReceiptDto {
    return {
      userId: row.user_id,
      delivered: row.delivered,
      read: row.read,
      deliveredAt: row.delivered_at?.toISOString() ?? null,
      readAt: row.read_at?.toISOString() ?? null,
    };
  }
}

@ApiExtraModels(UserDto)
export class MessageReceiptPageDto {
  @NestedField('Each member but the sender, by userId; in a DM with a block, nobody but me.', () => [
    MessageReceiptDto,
  ])
  items: MessageReceiptDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}

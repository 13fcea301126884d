import { MAX_PAGE_SIZE, PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { BooleanField, DateTimeField, IdField, IntField } from '../../../kernel/validation/fields.js';
import { PageWithUsersDto } from '../../users/dto/page-with-users.dto.js';

export interface MessageReceiptRow {
  user_id: string;
  delivered: boolean;
  read: boolean | null;
  delivered_at: Date | null;
  read_at: Date | null;
}

/** Page query of the receipts of a message. */
export class ListMessageReceiptsDto extends PageQueryDto {
  @IdField('Id of the message.')
  messageId: string;

  @IntField(`Page size, 1–${MAX_PAGE_SIZE}, default ${MAX_PAGE_SIZE}.`, {
    optional: true,
    min: 1,
    max: MAX_PAGE_SIZE,
    default: MAX_PAGE_SIZE,
  })
  override limit: number = MAX_PAGE_SIZE;
}

/** Delivered and read state of one message for one member. */
export class MessageReceiptDto {
  @IdField('Id of the member.')
  userId: string;

  @BooleanField('Whether a device of the member received the message.')
  delivered: boolean;

  @BooleanField(
    'Whether the member read the message, a thread reply in its thread. Null if the member or the current user hides read receipts.',
    {
      nullable: true,
    },
  )
  read: boolean | null;

  @DateTimeField('Time of the delivery. Null before it, or if the time was not recorded.', { nullable: true })
  deliveredAt: string | null;

  @DateTimeField(
    'Time of reading. Null before it, with hidden read receipts, or if the time was not recorded.',
    {
      nullable: true,
    },
  )
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

/** Page of message receipts. */
export class MessageReceiptPageDto extends PageWithUsersDto(
  MessageReceiptDto,
  'Receipts of the members except the sender and members who joined later, by user id. In a DM with a contact restriction only the receipt of the current user.',
) {}

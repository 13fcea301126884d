import { IdField, IntField, NestedField } from '../../../kernel/validation/fields.js';

/** Delivered and read position of a member. */
export interface ReceiptRow {
  user_id: string;
  last_delivered_seq: number;
  /** Null when hidden from the reading user. */
  last_read_seq: number | null;
}

/** Delivered and read position of another member; both only move forward. */
export class ReceiptDto {
  @IdField('Id of the member.')
  userId: string;

  @IntField('Delivered position: all messages up to this seq reached a device of the member.')
  deliveredSeq: number;

  @IntField('Read position of the member; null when either user hides read receipts.', {
    nullable: true,
  })
  readSeq: number | null;

  static from(row: ReceiptRow): ReceiptDto {
    return { userId: row.user_id, deliveredSeq: row.last_delivered_seq, readSeq: row.last_read_seq };
  }
}

/** Changed receipts of a conversation. */
export class ReceiptsDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @NestedField('Receipts of the members whose positions changed.', () => [ReceiptDto])
  receipts: ReceiptDto[];
}

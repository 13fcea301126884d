import { IdField, IntField, NestedField } from '../../../kernel/validation/fields.js';

/** How far a member is, as the repository reads it. */
export interface ReceiptRow {
  user_id: string;
  last_delivered_seq: number;
  /** Null: hidden from who reads this. */
  last_read_seq: number | null;
}

/** How far a member has received and read; both only move forward. */
export class ReceiptDto {
  @IdField('Who.')
  userId: string;

  @IntField('Their devices have received up to this seq.')
  deliveredSeq: number;

  @IntField('They have read up to this seq; null: they do not show it, or I do not show mine.', {
    nullable: true,
  })
  readSeq: number | null;

  static from(row: ReceiptRow): ReceiptDto {
    return { userId: row.user_id, deliveredSeq: row.last_delivered_seq, readSeq: row.last_read_seq };
  }
}

export class ReceiptsDto {
  @IdField('The conversation.')
  conversationId: string;

  @NestedField('How far those are now whose marks have moved.', () => [ReceiptDto])
  receipts: ReceiptDto[];
}

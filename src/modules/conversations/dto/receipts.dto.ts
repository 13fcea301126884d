import { IdField, IntField, NestedField } from '../../../kernel/validation/fields.js';

/** Delivered and read position of a member. */
export interface ReceiptRow {
  user_id: string;
  joined_seq: number;
  last_delivered_seq: number;
  /** Null when hidden from the reading user. */
  last_read_seq: number | null;
}

/** Delivered and read position of another member; both only move forward. */
export class ReceiptDto {
  @IdField('Id of the member.')
  userId: string;

  @IntField(
    'Seq of the newest message when the member joined. The positions say nothing about this message and older ones.',
  )
  joinedSeq: number;

  @IntField('Delivered position: all messages from joinedSeq up to this seq reached a device of the member.')
  deliveredSeq: number;

  @IntField(
    'Read position of the member in the main timeline; null when either user hides read receipts. Thread replies are read in their thread: message_receipt.list.',
    { nullable: true },
  )
  readSeq: number | null;

  static from(row: ReceiptRow): ReceiptDto {
    return {
      userId: row.user_id,
      joinedSeq: row.joined_seq,
      deliveredSeq: row.last_delivered_seq,
      readSeq: row.last_read_seq,
    };
  }
}

/** Changed receipts of a conversation. */
export class ReceiptsDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @NestedField('Receipts of the members whose positions changed.', () => [ReceiptDto])
  receipts: ReceiptDto[];
}

import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export type ReceiptStatus = 'delivered' | 'read';

/** Times of delivery and reading of a message by one member, in small conversations only. The read state decides what is delivered and read. */
@Entity('message_status')
@Check('message_status_status_check', `status IN ('delivered', 'read')`)
@Check('message_status_read_check', `(status = 'read') = (read_at IS NOT NULL)`)
@Index(['userId'])
export class MessageStatus {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  /** Recipient of the message. */
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  @Column({ type: 'text' })
  status: ReceiptStatus;

  @Column({ type: 'timestamptz', precision: 3 })
  deliveredAt: Date;

  /** Set if and only if the status is read. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  readAt: Date | null;
}

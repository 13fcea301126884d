import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

export type ReceiptStatus = 'delivered' | 'read';

/** When a message reached a person; only in conversations of few members. The marks of the member are the truth. */
@Entity('message_status')
@Check('message_status_status_check', `status IN ('delivered', 'read')`)
@Check('message_status_read_check', `(status = 'read') = (read_at IS NOT NULL)`)
@Index(['userId'])
export class MessageStatus {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  /** Who received it. */
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  @Column({ type: 'text' })
  status: ReceiptStatus;

  @Column({ type: 'timestamptz', precision: 3 })
  deliveredAt: Date;

  /** Set exactly when the status is read. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  readAt: Date | null;
}

import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Newest deletion of finished scheduled messages of a sender. A client that holds an older version may hold deleted ones. */
@Entity('scheduled_message_deletions')
export class ScheduledMessageDeletion {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  senderId: string;

  /** Greatest account version of the deleted messages. */
  @Column({ type: 'bigint' })
  version: number;
}

import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What a message is to one person alone. It ends with the membership, and stays when there is nothing left to say. */
@Entity('message_flags')
@ForeignKey('conversation_members', ['conversationId', 'userId'], ['conversationId', 'userId'], {
  onDelete: 'CASCADE',
})
@Index(['messageId'])
@Index(['conversationId', 'userId'])
@Index(['userId', 'version'])
@Index('message_flags_saved_idx', ['userId', 'savedAt', 'messageId'], { where: `saved_at IS NOT NULL` })
export class MessageFlags {
  @PrimaryColumn({ type: 'uuid' })
  userId: string;

  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  /** The message's. */
  @Column({ type: 'uuid' })
  conversationId: string;

  /** The message's. */
  @Column({ type: 'bigint' })
  seq: number;

  /** Since when it is kept to be found again. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  savedAt: Date | null;

  /** Since when its person does not see it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  hiddenAt: Date | null;

  /** The counter `me` of the person at the last change of this. */
  @Column({ type: 'bigint' })
  version: number;
}

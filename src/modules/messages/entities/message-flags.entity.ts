import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Flags of a message for one user. The row ends with the membership and stays without flags, so that sync reports the change. */
@Entity('message_flags')
@ForeignKey('conversation_members', ['conversationId', 'userId'], ['conversationId', 'userId'], {
  onDelete: 'CASCADE',
})
@Index(['messageId'])
@Index(['conversationId', 'userId'])
@Index(['userId', 'version'])
@Index('message_flags_saved_idx', ['userId', 'savedAt', 'messageId'], { where: `saved_at IS NOT NULL` })
@Index('message_flags_hidden_idx', ['conversationId', 'userId', 'seq'], { where: `hidden_at IS NOT NULL` })
export class MessageFlags {
  @PrimaryColumn({ type: 'uuid' })
  userId: string;

  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  /** Conversation of the message. */
  @Column({ type: 'uuid' })
  conversationId: string;

  /** Seq of the message. */
  @Column({ type: 'bigint' })
  seq: number;

  /** Time of saving. Null if not saved. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  savedAt: Date | null;

  /** Time of hiding. Null if not hidden. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  hiddenAt: Date | null;

  /** Account version of the user at the last change of the flags. */
  @Column({ type: 'bigint' })
  version: number;
}

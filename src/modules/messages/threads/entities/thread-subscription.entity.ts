import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What a thread is to one person alone. It ends with the membership; who wants no more of it keeps the row, and says so. */
@Entity('thread_subscriptions')
@ForeignKey('conversation_members', ['conversationId', 'userId'], ['conversationId', 'userId'], {
  onDelete: 'CASCADE',
})
@Index(['conversationId', 'userId'])
@Index(['userId', 'version'])
export class ThreadSubscription {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  threadRootId: string;

  @PrimaryColumn({ type: 'uuid' })
  userId: string;

  /** The root's. */
  @Column({ type: 'uuid' })
  conversationId: string;

  /** False: they were following, or would have begun to by themselves, and said that they do not want to. */
  @Column({ type: 'boolean' })
  following: boolean;

  /** Every reply up to here is read. */
  @Column({ type: 'bigint' })
  lastReadSeq: number;

  /** The counter `me` of the person at the last change of this. */
  @Column({ type: 'bigint' })
  version: number;
}

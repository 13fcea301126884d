import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** State of a thread for one user. The row ends with the membership; a user who unfollows the thread keeps it. */
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

  /** Conversation of the root. */
  @Column({ type: 'uuid' })
  conversationId: string;

  /** False after an unfollow, which also prevents automatic following. */
  @Column({ type: 'boolean' })
  following: boolean;

  /** Seq of the last read reply. */
  @Column({ type: 'bigint' })
  lastReadSeq: number;

  /** Seq of the newest reply that following skipped: up to it the replies count as read without receipts. */
  @Column({ type: 'bigint', default: 0 })
  subscribedSeq: number;

  /** Account version of the user at the last change of the subscription. */
  @Column({ type: 'bigint' })
  version: number;
}

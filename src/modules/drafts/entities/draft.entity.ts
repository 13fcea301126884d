import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** What somebody has written and not sent. A removed one stays without its content, so that sync can tell of it. */
@Entity('drafts')
@ForeignKey('conversation_members', ['conversationId', 'userId'], ['conversationId', 'userId'], {
  onDelete: 'CASCADE',
})
@Check('drafts_content_check', `char_length(content) <= 10000`)
@Check('drafts_draft_key_check', `draft_key = coalesce(thread_root_id, conversation_id)`)
@Check('drafts_removed_check', `content IS NOT NULL OR (reply_to_id IS NULL AND mentions IS NULL)`)
@Index(['conversationId', 'userId'])
@Index(['threadRootId'])
@Index(['replyToId'])
@Index(['userId', 'version'])
export class Draft {
  @PrimaryColumn({ type: 'uuid' })
  userId: string;

  /** The root of the thread, or the conversation: where it would be sent. */
  @PrimaryColumn({ type: 'uuid' })
  draftKey: string;

  @Column({ type: 'uuid' })
  conversationId: string;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  threadRootId: string | null;

  /** Null: removed. */
  @Column({ type: 'text', nullable: true })
  content: string | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('messages', { onDelete: 'SET NULL' })
  replyToId: string | null;

  /** Whom it names; who of them may hear of it is asked when it is sent. */
  @Column({ type: 'uuid', array: true, nullable: true })
  mentions: string[] | null;

  /** The counter `me` of the person at the last change of this. */
  @Column({ type: 'bigint' })
  version: number;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}

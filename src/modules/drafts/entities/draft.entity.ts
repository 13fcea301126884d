import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Unsent text of a user. A removed draft keeps its row without content, so that sync can report the removal. */
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

  /** Id of the thread root, else of the conversation. */
  @PrimaryColumn({ type: 'uuid' })
  draftKey: string;

  @Column({ type: 'uuid' })
  conversationId: string;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  threadRootId: string | null;

  /** Null when removed. */
  @Column({ type: 'text', nullable: true })
  content: string | null;

  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('messages', { onDelete: 'SET NULL' })
  replyToId: string | null;

  /** Mentioned users. Their access is checked when the message is sent. */
  @Column({ type: 'uuid', array: true, nullable: true })
  mentions: string[] | null;

  /** Account version of the last change. */
  @Column({ type: 'bigint' })
  version: number;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}

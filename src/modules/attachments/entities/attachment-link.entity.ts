import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A message shows an attachment. Deleting the message for everyone deletes this. */
@Entity('attachment_links')
@Check('attachment_links_position_check', `position >= 0`)
@Index(['attachmentId', 'conversationId'])
@Index(['conversationId'])
export class AttachmentLink {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  /** Its place in the message, from 0. */
  @PrimaryColumn({ type: 'smallint' })
  position: number;

  @Column({ type: 'uuid' })
  @ForeignKey('attachments', { onDelete: 'CASCADE' })
  attachmentId: string;

  /** The message's. */
  @Column({ type: 'uuid' })
  @ForeignKey('conversations', { onDelete: 'CASCADE' })
  conversationId: string;
}

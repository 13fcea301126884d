import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** A text that a message had before an edit. It goes when the message is deleted for everyone. */
@Entity('message_edits')
@Check('message_edits_content_check', `char_length(content) <= 10000`)
export class MessageEdit {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  /** The message's last one with this text. */
  @PrimaryColumn({ type: 'bigint' })
  version: number;

  @Column({ type: 'text' })
  content: string;

  /** Since when it stood: when the message was sent, or last edited before. */
  @Column({ type: 'timestamptz', precision: 3 })
  writtenAt: Date;
}

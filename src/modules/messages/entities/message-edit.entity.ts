import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';

/** Revision: text of a message before an edit. Deleted with the content of the message. */
@Entity('message_edits')
@Check('message_edits_content_check', `char_length(content) <= 10000`)
export class MessageEdit {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  /** Last version of the message with this text. */
  @PrimaryColumn({ type: 'bigint' })
  version: number;

  @Column({ type: 'text' })
  content: string;

  /** Time at which the text was sent or edited. */
  @Column({ type: 'timestamptz', precision: 3 })
  writtenAt: Date;
}

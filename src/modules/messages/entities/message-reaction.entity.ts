import { Check, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Reaction of one user to one message with one emoji. */
@Entity('message_reactions')
@Check('message_reactions_emoji_check', `char_length(emoji) BETWEEN 1 AND 32`)
@Index(['userId'])
@Index(['messageId', 'emoji', 'createdAt', 'userId'])
export class MessageReaction {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  /** One emoji of 1–32 code points. */
  @PrimaryColumn({ type: 'text' })
  emoji: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;
}

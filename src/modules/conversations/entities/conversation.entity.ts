import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';

export const CONVERSATION_TYPES = ['dm', 'group', 'channel', 'assistant'] as const;
export type ConversationType = (typeof CONVERSATION_TYPES)[number];

/**
 * A place to talk and the counters that give its messages one order; its row is the lock of every change inside.
 * No index may cover a column that a send changes: sends stay HOT updates.
 */
@Entity('conversations')
@Unique(['createdBy', 'clientId'])
@Unique(['dmUserLow', 'dmUserHigh'])
@Check('conversations_type_check', `type IN ('dm', 'group', 'channel', 'assistant')`)
@Check('conversations_title_check', `char_length(title) BETWEEN 1 AND 200`)
@Check('conversations_description_check', `char_length(description) <= 1000`)
@Check('conversations_client_id_check', `char_length(client_id) BETWEEN 1 AND 64`)
@Check(
  'conversations_dm_pair_check',
  `CASE WHEN type = 'dm' THEN dm_user_low IS NOT NULL AND dm_user_high IS NOT NULL AND dm_user_low < dm_user_high
        ELSE dm_user_low IS NULL AND dm_user_high IS NULL END`,
)
@Check(
  'conversations_counters_check',
  `first_seq >= 1 AND last_seq >= first_seq - 1 AND last_main_seq BETWEEN 0 AND last_seq
   AND members_version BETWEEN 1 AND version`,
)
@Check(
  'conversations_shape_check',
  `CASE type WHEN 'channel' THEN title IS NOT NULL WHEN 'dm' THEN is_private AND title IS NULL ELSE is_private END`,
)
@Index('conversations_public_idx', { synchronize: false })
@Index(['dmUserHigh'])
export class Conversation {
  /** UUIDv7. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  type: ConversationType;

  /** 1–200 characters; null in a DM. */
  @Column({ type: 'text', nullable: true })
  title: string | null;

  /** At most 1,000 characters. */
  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'text', nullable: true })
  avatarUrl: string | null;

  /** Null once that user's row is gone. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('users', { onDelete: 'SET NULL' })
  createdBy: string | null;

  /** False only in a channel that everybody may list and join. */
  @Column({ type: 'boolean', default: true })
  isPrivate: boolean;

  /** The smaller id of the two people of a DM, else null. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  dmUserLow: string | null;

  /** The greater id of the two people of a DM, else null. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  dmUserHigh: string | null;

  /** The oldest seq that is kept; retention raises it. */
  @Column({ type: 'bigint', default: 1 })
  firstSeq: number;

  /** The seq of the newest message; first_seq - 1 when there is none. */
  @Column({ type: 'bigint', default: 0 })
  lastSeq: number;

  /** The newest seq that can count as unread: neither a thread reply nor a system message. */
  @Column({ type: 'bigint', default: 0 })
  lastMainSeq: number;

  /** Counts the durable changes that the members share. */
  @Column({ type: 'bigint', default: 1 })
  version: number;

  /** The version at which the set of members last changed: tells whether a cached list of them is current. */
  @Column({ type: 'bigint', default: 1 })
  membersVersion: number;

  /** Sorts the list of conversations. */
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  lastActivityAt: Date;

  /** The creator's key of this creation, 1–64 characters: a retry finds the row. */
  @Column({ type: 'text', nullable: true })
  clientId: string | null;

  @Column({ type: 'jsonb', default: {} })
  settings: Record<string, unknown>;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  /** Of title, description, avatar and the like; a send leaves it alone. */
  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}

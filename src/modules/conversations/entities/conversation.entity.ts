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
 * Conversation with the counters that order its messages. Its row is the lock of every change inside it. No index
 * covers a column that a send changes, so that sends stay HOT updates.
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
  `CASE WHEN type = 'dm' THEN dm_user_low IS NOT NULL AND dm_user_high IS NOT NULL AND dm_user_low <= dm_user_high
        ELSE dm_user_low IS NULL AND dm_user_high IS NULL END`,
)
@Check(
  'conversations_counters_check',
  `first_seq >= 1 AND last_seq >= first_seq - 1 AND last_main_seq BETWEEN 0 AND last_seq
   AND members_version BETWEEN 1 AND version`,
)
@Check('conversations_member_count_check', `member_count >= 0`)
@Check(
  'conversations_shape_check',
  `CASE type WHEN 'channel' THEN title IS NOT NULL WHEN 'dm' THEN is_private AND title IS NULL ELSE is_private END`,
)
@Index('conversations_public_idx', { synchronize: false })
@Index('conversations_title_terms_idx', { synchronize: false })
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

  /** Search terms of the title; empty without one. */
  @Column({ type: 'tsvector', default: '' })
  titleTerms: string;

  /** At most 1,000 characters. */
  @Column({ type: 'text', nullable: true })
  description: string | null;

  @Column({ type: 'text', nullable: true })
  avatarUrl: string | null;

  /** Null once the user is erased. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('users', { onDelete: 'SET NULL' })
  createdBy: string | null;

  /** False only in a public channel, which any user may list and join. */
  @Column({ type: 'boolean', default: true })
  isPrivate: boolean;

  /** Lower id of the two members of a DM, else null. Both ids are equal in a DM of a user with itself. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  dmUserLow: string | null;

  /** Higher id of the two members of a DM, else null. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  dmUserHigh: string | null;

  /** Seq of the oldest message that is kept; retention raises it. */
  @Column({ type: 'bigint', default: 1 })
  firstSeq: number;

  /** Seq of the newest message; first_seq - 1 without messages. */
  @Column({ type: 'bigint', default: 0 })
  lastSeq: number;

  /** Seq of the newest message that is neither a thread reply nor a system message. */
  @Column({ type: 'bigint', default: 0 })
  lastMainSeq: number;

  /** Counter of the durable changes shared by the members. */
  @Column({ type: 'bigint', default: 1 })
  version: number;

  /** Version of the last change of the member list; validates cached member lists. */
  @Column({ type: 'bigint', default: 1 })
  membersVersion: number;

  /** Number of members, kept by triggers on conversation_members. */
  @Column({ type: 'integer', default: 0 })
  memberCount: number;

  /** Time of the newest message; sort key of the conversation list. */
  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  lastActivityAt: Date;

  /** Idempotency key of the creation, 1–64 characters, chosen by the creator. */
  @Column({ type: 'text', nullable: true })
  clientId: string | null;

  @Column({ type: 'jsonb', default: {} })
  settings: Record<string, unknown>;

  /** Time of the deletion: the conversation exists for no user, and jobs delete its rows. Null before. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deletedAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  /** Time of the last change of title, description, avatar or members; a send does not change it. */
  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}

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
import type { CallEndReason, CallTopology, CallState, CallType } from '../../messages/dto/call-state.dto.js';

/** A call, shown by a message of type call. A conversation has one live call at most. A trigger lets its state go forward only. */
@Entity('calls')
@Unique(['messageId'])
@Check('calls_type_check', `type IN ('voice', 'video')`)
@Check('calls_state_check', `state IN ('ringing', 'active', 'ended')`)
@Check('calls_topology_check', `topology IN ('mesh', 'sfu')`)
@Check('calls_revision_check', `revision >= 1`)
@Check(
  'calls_end_reason_check',
  `end_reason IN ('completed', 'declined', 'cancelled', 'missed', 'busy', 'failed')`,
)
@Check(
  'calls_lifecycle_check',
  `(state = 'ended') = (ended_at IS NOT NULL) AND (state = 'ended') = (end_reason IS NOT NULL)
   AND (state <> 'active' OR started_at IS NOT NULL)`,
)
@Index('calls_live_key', ['conversationId'], { unique: true, where: `state <> 'ended'` })
@Index(['conversationId', 'id'])
@Index(['createdBy', 'id'])
export class Call {
  /** UUIDv7. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  @ForeignKey('conversations', { onDelete: 'CASCADE' })
  conversationId: string;

  /** Null: it reaches nobody, so nobody but the caller may know of it. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string | null;

  @Column({ type: 'text' })
  type: CallType;

  @Column({ type: 'text' })
  state: CallState;

  /** How sound and pictures travel. */
  @Column({ type: 'text', default: 'mesh' })
  topology: CallTopology;

  /** How often it has changed, its participants included. */
  @Column({ type: 'integer', default: 1 })
  revision: number;

  /** The caller. */
  @Column({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  createdBy: string;

  /** From then on a ringing call is missed. */
  @Column({ type: 'timestamptz', precision: 3 })
  ringExpiresAt: Date;

  /** When the first callee joined; null when nobody did. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  startedAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  endedAt: Date | null;

  /** Set exactly when the call has ended. */
  @Column({ type: 'text', nullable: true })
  endReason: CallEndReason | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}

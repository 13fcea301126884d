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
import type { CallEndReason, CallState, CallType } from '../../messages/dto/call-state.dto.js';

/** A call, shown by a message of type call. A conversation has one live call at most. */
@Entity('calls')
@Unique(['messageId'])
@Unique(['createdBy', 'clientId'])
@Check('calls_type_check', `type IN ('voice', 'video')`)
@Check('calls_state_check', `state IN ('ringing', 'active', 'ended')`)
@Check('calls_client_id_check', `char_length(client_id) BETWEEN 1 AND 64`)
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
@Index(['conversationId', 'createdAt'])
export class Call {
  /** UUIDv7. */
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'uuid' })
  @ForeignKey('conversations', { onDelete: 'CASCADE' })
  conversationId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string;

  @Column({ type: 'text' })
  type: CallType;

  @Column({ type: 'text' })
  state: CallState;

  /** The caller. */
  @Column({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  createdBy: string;

  /** The caller's key of this creation, 1–64 characters: a retry finds the row. */
  @Column({ type: 'text', nullable: true })
  clientId: string | null;

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

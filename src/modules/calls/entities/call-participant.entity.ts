import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  ForeignKey,
  Index,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import type { ParticipantState } from '../../messages/dto/call-state.dto.js';

/** User in a call. A unique index allows one joined call per user. */
@Entity('call_participants')
@Check(
  'call_participants_state_check',
  `state IN ('invited', 'ringing', 'joined', 'declined', 'missed', 'busy', 'left')`,
)
@Check('call_participants_device_id_check', `char_length(device_id) BETWEEN 1 AND 64`)
@Check(
  'call_participants_joined_check',
  `(state = 'joined') = (device_id IS NOT NULL) AND (state = 'joined') = (lease_expires_at IS NOT NULL)
   AND (state <> 'joined' OR joined_at IS NOT NULL) AND (state = 'joined' OR disconnected_at IS NULL)`,
)
@Index('call_participants_joined_key', ['userId'], { unique: true, where: `state = 'joined'` })
@Index(['userId', 'callId'])
@Index('call_participants_missed_idx', ['userId', 'callId'], { where: `state IN ('missed', 'busy')` })
export class CallParticipant {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('calls', { onDelete: 'CASCADE' })
  callId: string;

  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  @Column({ type: 'text' })
  state: ParticipantState;

  /** Joined device, 1–64 characters; null unless joined. */
  @Column({ type: 'text', nullable: true })
  deviceId: string | null;

  /** Expiry of the device lease; null unless joined. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  leaseExpiresAt: Date | null;

  /** Time of the lost connection; null while connected. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  disconnectedAt: Date | null;

  /** Time of the last join. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  joinedAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  leftAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}

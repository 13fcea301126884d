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

/** A person in a call. Nobody is joined in two calls at a time. */
@Entity('call_participants')
@Check(
  'call_participants_state_check',
  `state IN ('invited', 'ringing', 'joined', 'declined', 'missed', 'busy', 'left')`,
)
@Check('call_participants_device_id_check', `char_length(device_id) BETWEEN 1 AND 64`)
@Check('call_participants_joined_check', `state <> 'joined' OR joined_at IS NOT NULL`)
@Index('call_participants_joined_key', ['userId'], { unique: true, where: `state = 'joined'` })
@Index(['userId'])
export class CallParticipant {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('calls', { onDelete: 'CASCADE' })
  callId: string;

  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  @Column({ type: 'text' })
  state: ParticipantState;

  /** The device that answered, 1–64 characters. */
  @Column({ type: 'text', nullable: true })
  deviceId: string | null;

  /** When this person last joined. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  joinedAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  leftAt: Date | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}

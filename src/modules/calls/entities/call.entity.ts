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
import type {
  CallEndReason,
  CallTopology,
  CallState,
  CallType,
  ParticipantState,
} from '../../messages/dto/call-state.dto.js';

/** Call of a message of type call. A unique index allows one live call per conversation. A trigger rejects backward state changes. */
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

  /** Null when the callee cannot be contacted. The call is then visible to the caller only. */
  @Column({ type: 'uuid', nullable: true })
  @ForeignKey('messages', { onDelete: 'CASCADE' })
  messageId: string | null;

  @Column({ type: 'text' })
  type: CallType;

  @Column({ type: 'text' })
  state: CallState;

  /** Media path: between the devices, or through a media server. */
  @Column({ type: 'text', default: 'mesh' })
  topology: CallTopology;

  /** Number of changes, participants included. */
  @Column({ type: 'integer', default: 1 })
  revision: number;

  /** Caller. */
  @Column({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  createdBy: string;

  /** End of the ring time. */
  @Column({ type: 'timestamptz', precision: 3 })
  ringExpiresAt: Date;

  /** Time of the first join of a callee; null without an answer. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  startedAt: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  endedAt: Date | null;

  /** Null until the call has ended. */
  @Column({ type: 'text', nullable: true })
  endReason: CallEndReason | null;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  updatedAt: Date;
}

/** User in a call. A unique index allows one joined call per user. */
@Entity('call_participants')
@Check(
  'call_participants_state_check',
  `state IN ('invited', 'ringing', 'joined', 'declined', 'missed', 'busy', 'left')`,
)
@Check('call_participants_device_id_check', `char_length(device_id) BETWEEN 1 AND 64`)
@Check(
  'call_participants_socket_id_check',
  `socket_id IS NULL OR char_length(socket_id) BETWEEN 1 AND 64 AND state = 'joined'`,
)
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

  /** Socket of the device that holds the participation; null unless joined over a socket. */
  @Column({ type: 'text', nullable: true })
  socketId: string | null;

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

/** Idempotency key of a start, whether the call was created or joined. A retry finds the call. */
@Entity('call_idempotency_keys')
@Check('call_idempotency_keys_client_id_check', `char_length(client_id) BETWEEN 1 AND 64`)
@Index(['callId'])
export class CallIdempotencyKey {
  @PrimaryColumn({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  userId: string;

  /** 1–64 characters. */
  @PrimaryColumn({ type: 'text' })
  clientId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('calls', { onDelete: 'CASCADE' })
  callId: string;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;
}

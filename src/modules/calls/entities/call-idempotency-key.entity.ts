import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

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

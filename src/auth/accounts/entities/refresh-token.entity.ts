import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** A sign-in of an account kept here: the family of its refresh tokens, of which only the newest is good. Signing out deletes it. */
@Entity('refresh_tokens')
@Check('refresh_tokens_hash_check', `octet_length(token_hash) = 32 AND octet_length(previous_hash) = 32`)
export class RefreshToken {
  /** UUIDv7; the `sid` of the access tokens. */
  @PrimaryColumn({ type: 'uuid' })
  familyId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  @Index()
  userId: string;

  /** How often it was refreshed; the `gen` of the access tokens. */
  @Column({ type: 'integer', default: 0 })
  generation: number;

  /** SHA-256 of the secret of the newest token. */
  @Column({ type: 'bytea' })
  tokenHash: Buffer;

  /** Of the one before, whose owner may not have got the answer. */
  @Column({ type: 'bytea', nullable: true })
  previousHash: Buffer | null;

  /** Whether an access token of the newest generation was shown: then its owner has got the answer. */
  @Column({ type: 'boolean', default: true })
  isSeen: boolean;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  rotatedAt: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  @Index()
  expiresAt: Date;

  @CreateDateColumn({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  createdAt: Date;
}

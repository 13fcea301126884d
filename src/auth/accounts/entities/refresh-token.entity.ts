import { Check, Column, CreateDateColumn, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** Sign-in of a local account: one family of refresh tokens, of which only the newest is valid. A logout deletes the row. */
@Entity('refresh_tokens')
@Check('refresh_tokens_hash_check', `octet_length(token_hash) = 32 AND octet_length(previous_hash) = 32`)
export class RefreshToken {
  /** UUIDv7, `sid` of the access tokens. */
  @PrimaryColumn({ type: 'uuid' })
  familyId: string;

  @Column({ type: 'uuid' })
  @ForeignKey('users', { onDelete: 'CASCADE' })
  @Index()
  userId: string;

  /** Number of refreshes, `gen` of the access tokens. */
  @Column({ type: 'integer', default: 0 })
  generation: number;

  /** SHA-256 of the secret of the newest token. */
  @Column({ type: 'bytea' })
  tokenHash: Buffer;

  /** SHA-256 of the secret of the previous token, which a client repeats after a lost response. */
  @Column({ type: 'bytea', nullable: true })
  previousHash: Buffer | null;

  /** True when an access token of the newest generation was used: the client received the newest tokens. */
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

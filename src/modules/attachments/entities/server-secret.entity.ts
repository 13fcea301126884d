import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** A secret that all nodes share and nobody gave them. */
@Entity('server_secrets')
@Check('server_secrets_secret_check', `octet_length(secret) = 32`)
export class KeptSecret {
  @PrimaryColumn({ type: 'text' })
  name: string;

  @Column({ type: 'bytea' })
  secret: Buffer;
}

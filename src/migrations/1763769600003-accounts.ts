import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The sign-ins of accounts kept here. One row each, however often it is refreshed. */
export class Accounts1763769600003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
CREATE TABLE refresh_tokens (
  family_id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  generation integer NOT NULL DEFAULT 0,
  token_hash bytea NOT NULL,
  previous_hash bytea,
  is_seen boolean NOT NULL DEFAULT true,
  rotated_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT refresh_tokens_hash_check CHECK (octet_length(token_hash) = 32 AND octet_length(previous_hash) = 32)
);
CREATE INDEX refresh_tokens_user_id_idx ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);
`;

const DOWN = `
DROP TABLE refresh_tokens;
`;

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What somebody has written and not sent: one for each conversation, and one for each thread. */
export class Drafts1763769600012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE drafts');
  }
}

const UP = `
CREATE TABLE drafts (
  user_id uuid NOT NULL,
  place_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  thread_root_id uuid REFERENCES messages ON DELETE CASCADE,
  content text CHECK (char_length(content) <= 10000),
  reply_to_id uuid REFERENCES messages ON DELETE SET NULL,
  mentions uuid[],
  version bigint NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, place_id),
  FOREIGN KEY (conversation_id, user_id) REFERENCES conversation_members ON DELETE CASCADE,
  CONSTRAINT drafts_place_check CHECK (place_id = coalesce(thread_root_id, conversation_id)),
  CONSTRAINT drafts_removed_check CHECK (content IS NOT NULL OR (reply_to_id IS NULL AND mentions IS NULL))
);
CREATE INDEX drafts_conversation_id_user_id_idx ON drafts (conversation_id, user_id);
CREATE INDEX drafts_thread_root_id_idx ON drafts (thread_root_id);
CREATE INDEX drafts_reply_to_id_idx ON drafts (reply_to_id);
CREATE INDEX drafts_user_id_version_idx ON drafts (user_id, version);
`;

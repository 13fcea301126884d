import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The texts that messages had before they were edited; deleting a message for everybody takes them along. And an index
 * that finds who reacted with an emoji, in the order in which they did.
 */
export class Edits1763769600013 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
CREATE TABLE message_edits (
  message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  version bigint NOT NULL,
  content text NOT NULL CHECK (char_length(content) <= 10000),
  written_at timestamptz(3) NOT NULL,
  PRIMARY KEY (message_id, version)
);

CREATE FUNCTION forget_edits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM message_edits WHERE message_id = NEW.id;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION forget_edits IS 'The former texts go with a message that is deleted for everybody.';
CREATE TRIGGER messages_forget_edits AFTER UPDATE OF deleted_at ON messages FOR EACH ROW
  WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION forget_edits();

CREATE INDEX message_reactions_message_id_emoji_created_at_user_id_idx
  ON message_reactions (message_id, emoji, created_at, user_id);
`;

const DOWN = `
DROP INDEX message_reactions_message_id_emoji_created_at_user_id_idx;
DROP TRIGGER messages_forget_edits ON messages;
DROP FUNCTION forget_edits;
DROP TABLE message_edits;
`;

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What messages are found by, in a table beside them: a key for each word of a conversation, so that a search looks at
 * nothing of conversations that are not the asker's. What is said is noted in the statement that says it, and read for
 * its words after the commit; a change of it forgets its words in the same transaction.
 */
export class Search1763769600010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
CREATE TABLE message_search (
  message_id uuid PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
  conversation_id uuid NOT NULL,
  seq bigint NOT NULL,
  sender_id uuid,
  type text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  keys bigint[] NOT NULL
);
CREATE INDEX message_search_keys_idx ON message_search USING gin (keys) WITH (fastupdate = off);

CREATE TABLE search_pending (message_id uuid PRIMARY KEY);

CREATE FUNCTION search_key(p_conversation_id uuid, p_word text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (uuid_hash(p_conversation_id)::bigint << 32) | (hashtextextended(p_word COLLATE "C", 0) & 4294967295)
$$;
COMMENT ON FUNCTION search_key IS
  'The key of a word in a conversation: those of one conversation stand side by side in the index. A single expression, which PostgreSQL inlines.';

CREATE FUNCTION note_for_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_pending SELECT id FROM sent WHERE content IS NOT NULL;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_for_search IS 'Notes new messages, to be read for their words after the commit.';
CREATE TRIGGER messages_note_for_search AFTER INSERT ON messages REFERENCING NEW TABLE AS sent
  FOR EACH STATEMENT EXECUTE FUNCTION note_for_search();

CREATE FUNCTION forget_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM search_pending WHERE message_id = NEW.id;
  DELETE FROM message_search WHERE message_id = NEW.id;
  INSERT INTO search_pending SELECT NEW.id WHERE NEW.content IS NOT NULL;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION forget_words IS
  'Forgets the words of a text that has changed. Its first statement waits for whoever is reading the old text for its words, so that the second finds them.';
CREATE TRIGGER messages_forget_words AFTER UPDATE OF content ON messages FOR EACH ROW
  WHEN (OLD.content IS DISTINCT FROM NEW.content) EXECUTE FUNCTION forget_words();

INSERT INTO search_pending SELECT id FROM messages WHERE content IS NOT NULL;
`;

const DOWN = `
DROP TRIGGER messages_forget_words ON messages;
DROP TRIGGER messages_note_for_search ON messages;
DROP FUNCTION forget_words;
DROP FUNCTION note_for_search;
DROP TABLE search_pending, message_search;
DROP FUNCTION search_key;
`;

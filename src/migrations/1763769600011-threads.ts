import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who follows which thread, how far they have read in it, and the way to the messages that mention everybody. A membership
 * knows since when it is: what was its person's alone in the conversation before went with the one before.
 */
export class Threads1763769600011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(DOWN);
  }
}

const UP = `
CREATE TABLE thread_follows (
  root_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  user_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  following boolean NOT NULL,
  last_read_seq bigint NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (root_id, user_id),
  FOREIGN KEY (conversation_id, user_id) REFERENCES conversation_members ON DELETE CASCADE
);
CREATE INDEX thread_follows_conversation_id_user_id_idx ON thread_follows (conversation_id, user_id);
CREATE INDEX thread_follows_user_id_version_idx ON thread_follows (user_id, version);

CREATE FUNCTION unread_replies(p_root_id uuid, p_user_id uuid, p_mark bigint) RETURNS TABLE (unread bigint)
LANGUAGE sql STABLE ROWS 1 AS $$
  SELECT count(*) FROM messages
  WHERE thread_root_id = p_root_id AND seq > p_mark AND sender_id <> p_user_id AND type <> 'system'
    AND deleted_at IS NULL
$$;
COMMENT ON FUNCTION unread_replies IS
  'How many replies in a thread after a mark count as unread for a person: not their own, not deleted, not of the system.';

ALTER TABLE conversation_members ADD since bigint NOT NULL DEFAULT 0;

CREATE INDEX messages_mentions_all_id_idx ON messages (conversation_id, id) WHERE mentions_all;
`;

const DOWN = `
DROP INDEX messages_mentions_all_id_idx;
ALTER TABLE conversation_members DROP since;
DROP FUNCTION unread_replies;
DROP TABLE thread_follows;
`;

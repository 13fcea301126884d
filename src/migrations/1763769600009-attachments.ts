import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createQueue, dropQueue } from '../kernel/jobs/queues.js';

const QUEUE = 'attachments.sweep';

/** Files that people uploaded, the messages that show them, and what is left of them in the store. */
export class Attachments1763769600009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
    await createQueue(runner, QUEUE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropQueue(runner, QUEUE);
    await runner.query(DOWN);
  }
}

const UP = `
CREATE TABLE attachments (
  id uuid PRIMARY KEY,
  owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  state text NOT NULL DEFAULT 'uploading',
  kind text NOT NULL,
  mime_type text NOT NULL,
  size bigint NOT NULL,
  width integer,
  height integer,
  filename text NOT NULL,
  thumbnail_size integer,
  client_id text,
  linked_at timestamptz(3),
  unlinked_at timestamptz(3),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  CONSTRAINT attachments_owner_id_client_id_key UNIQUE (owner_id, client_id),
  CONSTRAINT attachments_state_check CHECK (state IN ('uploading', 'ready')),
  CONSTRAINT attachments_kind_check CHECK (kind IN ('image', 'video', 'audio', 'file')),
  CONSTRAINT attachments_size_check CHECK (size >= 1 AND width >= 1 AND height >= 1 AND thumbnail_size >= 1),
  CONSTRAINT attachments_picture_check CHECK (kind = 'image' OR width IS NULL AND height IS NULL AND thumbnail_size IS NULL),
  CONSTRAINT attachments_filename_check CHECK (char_length(filename) BETWEEN 1 AND 255),
  CONSTRAINT attachments_client_id_check CHECK (char_length(client_id) BETWEEN 1 AND 64),
  CONSTRAINT attachments_linked_check CHECK (linked_at IS NULL OR state = 'ready')
);
CREATE INDEX attachments_owner_id_size_idx ON attachments (owner_id, size);
CREATE INDEX attachments_unused_idx ON attachments (created_at) WHERE linked_at IS NULL;
CREATE INDEX attachments_unlinked_idx ON attachments (unlinked_at) WHERE unlinked_at IS NOT NULL;

CREATE TABLE attachment_links (
  message_id uuid NOT NULL REFERENCES messages ON DELETE CASCADE,
  position smallint NOT NULL,
  attachment_id uuid NOT NULL REFERENCES attachments ON DELETE CASCADE,
  conversation_id uuid NOT NULL REFERENCES conversations ON DELETE CASCADE,
  PRIMARY KEY (message_id, position),
  CONSTRAINT attachment_links_position_check CHECK (position >= 0)
);
CREATE INDEX attachment_links_attachment_id_conversation_id_idx ON attachment_links (attachment_id, conversation_id);
CREATE INDEX attachment_links_conversation_id_idx ON attachment_links (conversation_id);

CREATE INDEX messages_conversation_id_type_seq_idx ON messages (conversation_id, type, seq) WHERE media IS NOT NULL;

CREATE TABLE attachment_leftovers (
  attachment_id uuid PRIMARY KEY,
  due_at timestamptz(3) NOT NULL
);
CREATE INDEX attachment_leftovers_due_at_idx ON attachment_leftovers (due_at);

CREATE TABLE kept_secrets (
  name text PRIMARY KEY,
  secret bytea NOT NULL,
  CONSTRAINT kept_secrets_secret_check CHECK (octet_length(secret) = 32)
);

CREATE FUNCTION readable_attachments(p_ids uuid[], p_user_id uuid) RETURNS SETOF attachments
LANGUAGE sql STABLE AS $$
  SELECT a.* FROM attachments a
  WHERE a.id = ANY (p_ids) AND a.state = 'ready'
    AND EXISTS (SELECT FROM users WHERE id = p_user_id AND is_active)
    AND (a.linked_at IS NULL AND a.owner_id = p_user_id OR EXISTS (
      SELECT FROM attachment_links l
      JOIN conversation_members c ON c.conversation_id = l.conversation_id AND c.user_id = p_user_id
      JOIN messages m ON m.id = l.message_id AND m.deleted_at IS NULL
      WHERE l.attachment_id = a.id AND NOT EXISTS (
        SELECT FROM my_messages mine
        WHERE mine.user_id = p_user_id AND mine.message_id = m.id AND mine.hidden_at IS NOT NULL
      )
    ))
$$;
COMMENT ON FUNCTION readable_attachments IS
  'Which of these somebody may read: their own until a message shows it, and from then on what a message shows that they can read.';

CREATE FUNCTION leave_object() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO attachment_leftovers (attachment_id, due_at)
  VALUES (OLD.id, CASE OLD.state WHEN 'ready' THEN now() ELSE now() + interval '1 hour' END)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION leave_object IS
  'Whatever deletes an attachment leaves its objects to the sweep: later when they may still be on their way to the store.';
CREATE TRIGGER attachments_leave_object AFTER DELETE ON attachments
  FOR EACH ROW EXECUTE FUNCTION leave_object();

CREATE FUNCTION notice_unlinked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM attachments WHERE id IN (SELECT attachment_id FROM unlinked) ORDER BY id FOR NO KEY UPDATE;
  UPDATE attachments SET unlinked_at = now() WHERE id IN (SELECT attachment_id FROM unlinked);
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION notice_unlinked IS 'Tells the sweep which attachments may have lost their last message.';
CREATE TRIGGER attachment_links_notice_unlinked AFTER DELETE ON attachment_links
  REFERENCING OLD TABLE AS unlinked FOR EACH STATEMENT EXECUTE FUNCTION notice_unlinked();

CREATE FUNCTION unlink_deleted_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM attachment_links WHERE message_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER messages_unlink_attachments AFTER UPDATE OF deleted_at ON messages
  FOR EACH ROW WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
  EXECUTE FUNCTION unlink_deleted_message();
`;

const DOWN = `
DROP TRIGGER messages_unlink_attachments ON messages;
DROP INDEX messages_conversation_id_type_seq_idx;
DROP FUNCTION readable_attachments;
DROP TABLE kept_secrets, attachment_leftovers, attachment_links, attachments;
DROP FUNCTION unlink_deleted_message;
DROP FUNCTION notice_unlinked;
DROP FUNCTION leave_object;
`;

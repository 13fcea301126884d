import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createQueue, dropQueue } from '../kernel/jobs/queues.js';

const QUEUE = 'scheduled.send';

/** Messages that are to be sent later. */
export class ScheduledMessages1763769600008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
    await createQueue(runner, QUEUE);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropQueue(runner, QUEUE);
    await runner.query('DROP TABLE scheduled_messages');
  }
}

const UP = `
CREATE TABLE scheduled_messages (
  id uuid PRIMARY KEY,
  sender_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  type text NOT NULL DEFAULT 'text' CONSTRAINT scheduled_messages_type_check
    CHECK (type = 'text'),
  content text CHECK (char_length(content) <= 10000),
  metadata jsonb,
  mentions uuid[],
  mentions_all boolean NOT NULL DEFAULT false,
  reply_to_id uuid,
  thread_root_id uuid,
  send_at timestamptz(3) NOT NULL,
  state text NOT NULL DEFAULT 'scheduled' CONSTRAINT scheduled_messages_state_check
    CHECK (state IN ('scheduled', 'sent', 'failed', 'cancelled')),
  error_code text,
  message_id uuid REFERENCES messages ON DELETE SET NULL,
  client_id text CHECK (char_length(client_id) BETWEEN 1 AND 64),
  version bigint NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  UNIQUE (sender_id, client_id),
  FOREIGN KEY (conversation_id, sender_id) REFERENCES conversation_members (conversation_id, user_id) ON DELETE CASCADE,
  CONSTRAINT scheduled_messages_error_check CHECK ((state = 'failed') = (error_code IS NOT NULL)),
  CONSTRAINT scheduled_messages_message_check CHECK (state = 'sent' OR message_id IS NULL),
  CONSTRAINT scheduled_messages_body_check CHECK (CASE
    WHEN state IN ('scheduled', 'failed') THEN content IS NOT NULL
    ELSE content IS NULL AND metadata IS NULL AND mentions IS NULL AND NOT mentions_all
      AND reply_to_id IS NULL AND thread_root_id IS NULL
  END)
);
CREATE INDEX scheduled_messages_conversation_id_sender_id_idx ON scheduled_messages (conversation_id, sender_id);
CREATE INDEX scheduled_messages_sender_id_version_idx ON scheduled_messages (sender_id, version);
CREATE INDEX scheduled_messages_message_id_idx ON scheduled_messages (message_id);
CREATE INDEX scheduled_messages_waiting_idx ON scheduled_messages (sender_id, send_at, id)
  WHERE state IN ('scheduled', 'failed');
`;

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createQueue, dropQueue } from '../kernel/jobs/queues.js';

/**
 * Calls as they run: how media travels, the device of who is in one, until when it is believed to be there, and steps that
 * only go forward. A call that reaches nobody has no message. A start is known by its clientId, whether it began a call or met
 * one.
 */
export class Calls1763769600015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UP);
    for (const queue of QUEUES) await createQueue(runner, queue);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const queue of QUEUES) await dropQueue(runner, queue);
    await runner.query(DOWN);
  }
}

const QUEUES = ['call.watch', 'call.rewatch'];

const UP = `
DROP INDEX calls_conversation_id_created_at_idx;
ALTER TABLE calls
  DROP client_id,
  ALTER message_id DROP NOT NULL,
  ADD media text NOT NULL DEFAULT 'mesh' CHECK (media IN ('mesh', 'sfu')),
  ADD revision integer NOT NULL DEFAULT 1 CHECK (revision >= 1);
CREATE INDEX calls_conversation_id_id_idx ON calls (conversation_id, id);
CREATE INDEX calls_created_by_id_idx ON calls (created_by, id);

CREATE FUNCTION refuse_step_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'A call that is % does not become % again.', OLD.state, NEW.state USING ERRCODE = 'check_violation';
END
$$;
COMMENT ON FUNCTION refuse_step_back IS 'Calls go from ringing to active to ended; one that has ended does not change.';
CREATE TRIGGER calls_go_forward BEFORE UPDATE ON calls FOR EACH ROW
  WHEN ((OLD.state = 'ended' AND OLD.* IS DISTINCT FROM NEW.*) OR (OLD.state = 'active' AND NEW.state = 'ringing')) EXECUTE FUNCTION refuse_step_back();

DROP INDEX call_participants_user_id_idx;
ALTER TABLE call_participants
  DROP CONSTRAINT call_participants_joined_check,
  ADD lease_expires_at timestamptz(3),
  ADD lost_at timestamptz(3),
  ADD CONSTRAINT call_participants_joined_check CHECK (
    (state = 'joined') = (device_id IS NOT NULL) AND (state = 'joined') = (lease_expires_at IS NOT NULL)
    AND (state <> 'joined' OR joined_at IS NOT NULL) AND (state = 'joined' OR lost_at IS NULL)
  );
CREATE TABLE call_starts (
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  client_id text NOT NULL CHECK (char_length(client_id) BETWEEN 1 AND 64),
  call_id uuid NOT NULL REFERENCES calls ON DELETE CASCADE,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, client_id)
);
CREATE INDEX call_starts_call_id_idx ON call_starts (call_id);

CREATE INDEX call_participants_user_id_call_id_idx ON call_participants (user_id, call_id);
CREATE INDEX call_participants_missed_idx ON call_participants (user_id, call_id) WHERE state IN ('missed', 'busy');
`;

const DOWN = `
DROP TABLE call_starts;

DROP INDEX call_participants_missed_idx;
DROP INDEX call_participants_user_id_call_id_idx;
ALTER TABLE call_participants
  DROP CONSTRAINT call_participants_joined_check,
  DROP lease_expires_at, DROP lost_at,
  ADD CONSTRAINT call_participants_joined_check CHECK (state <> 'joined' OR joined_at IS NOT NULL);
CREATE INDEX call_participants_user_id_idx ON call_participants (user_id);

DROP TRIGGER calls_go_forward ON calls;
DROP FUNCTION refuse_step_back;
DROP INDEX calls_created_by_id_idx;
DROP INDEX calls_conversation_id_id_idx;
DELETE FROM calls WHERE message_id IS NULL;
ALTER TABLE calls
  DROP media, DROP revision,
  ALTER message_id SET NOT NULL,
  ADD client_id text CHECK (char_length(client_id) BETWEEN 1 AND 64),
  ADD UNIQUE (created_by, client_id);
CREATE INDEX calls_conversation_id_created_at_idx ON calls (conversation_id, created_at);
`;

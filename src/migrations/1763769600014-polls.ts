import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createQueue, dropQueue } from '../kernel/jobs/queues.js';

const QUEUE = 'poll.close';

/** What polls need beside their tables: the queue of those that close by themselves, and the last word on votes. */
export class Polls1763769600014 implements MigrationInterface {
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
CREATE FUNCTION forget_poll() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM polls WHERE message_id = NEW.id;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION forget_poll IS 'The question, its options and the votes go with a message that is deleted for everybody.';
CREATE TRIGGER messages_forget_poll AFTER UPDATE OF deleted_at ON messages FOR EACH ROW
  WHEN (NEW.type = 'poll' AND OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION forget_poll();

CREATE FUNCTION refuse_late_vote() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  closed timestamptz;
BEGIN
  SELECT closed_at INTO closed FROM polls WHERE id = NEW.poll_id FOR SHARE;
  IF closed IS NOT NULL THEN
    RAISE EXCEPTION 'The poll is closed.'
      USING ERRCODE = 'check_violation', TABLE = 'poll_votes', CONSTRAINT = 'poll_votes_open_check';
  END IF;
  RETURN NEW;
END
$$;
COMMENT ON FUNCTION refuse_late_vote IS 'The last line, should somebody vote without the lock of the conversation: it waits for a close that is under way.';
CREATE TRIGGER poll_votes_refuse_late BEFORE INSERT OR UPDATE ON poll_votes FOR EACH ROW EXECUTE FUNCTION refuse_late_vote();

CREATE INDEX messages_polls_idx ON messages (conversation_id, seq) WHERE type = 'poll';
CREATE INDEX poll_votes_poll_id_option_id_created_at_user_id_idx ON poll_votes (poll_id, option_id, created_at, user_id);
CREATE INDEX poll_votes_user_id_poll_id_option_id_idx ON poll_votes (user_id, poll_id, option_id);
DROP INDEX poll_votes_user_id_idx;
`;

const DOWN = `
CREATE INDEX poll_votes_user_id_idx ON poll_votes (user_id);
DROP INDEX poll_votes_user_id_poll_id_option_id_idx;
DROP INDEX poll_votes_poll_id_option_id_created_at_user_id_idx;
DROP INDEX messages_polls_idx;
DROP TRIGGER poll_votes_refuse_late ON poll_votes;
DROP FUNCTION refuse_late_vote;
DROP TRIGGER messages_forget_poll ON messages;
DROP FUNCTION forget_poll;
`;

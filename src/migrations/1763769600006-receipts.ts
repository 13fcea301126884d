import type { MigrationInterface, QueryRunner } from 'typeorm';
import { MOVE_MARK as MOVE_MARK_BEFORE } from './1763769600005-life-of-messages.js';

/**
 * Receipts. A mark leaves a row for each message that it has reached, as long as the conversation is small; what hides
 * how far somebody has read is said here and nowhere else.
 *
 * A mark does not wait for the conversation, so a message could be deleted while it writes the row of it: those who write
 * rows share an advisory lock, which who deletes them has alone. To lock the messages instead could deadlock with whoever
 * changes several of them in another order.
 */
export class Receipts1763769600006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(HIDING);
    await runner.query(ROWS);
    await runner.query(MOVE_MARK);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(MOVE_MARK_BEFORE);
    await runner.query(DOWN);
  }
}

const HIDING = `
CREATE FUNCTION has_members_up_to(p_conversation_id uuid, p_most integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_most = 0 OR NOT EXISTS (SELECT FROM conversation_members WHERE conversation_id = p_conversation_id OFFSET p_most)
$$;
COMMENT ON FUNCTION has_members_up_to IS 'Whether a conversation has no more members than so many; 0: it may have any number.';

CREATE FUNCTION hides_reads(p_settings jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT p_settings @> '{"readReceipts": false}' $$;
COMMENT ON FUNCTION hides_reads IS 'Whether who has these settings shows nobody how far they have read, and sees it of nobody.';

CREATE FUNCTION shows_reads(p_of uuid, p_to uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
  SELECT p_of = p_to OR NOT EXISTS (SELECT FROM users WHERE id IN (p_of, p_to) AND hides_reads(settings))
$$;
COMMENT ON FUNCTION shows_reads IS 'Whether one person shows another how far they have read: neither of them hides it.';
`;

const ROWS = `
CREATE FUNCTION record_receipts(p_conversation_id uuid, p_user_id uuid, p_status text, p_after bigint, p_up_to bigint)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  moment timestamptz(3) := clock_timestamp();
BEGIN
  IF p_up_to <= p_after THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock_shared(uuid_hash_extended(p_conversation_id, 0));
  INSERT INTO message_status AS known (message_id, user_id, status, delivered_at, read_at)
  SELECT id, p_user_id, p_status, moment, CASE p_status WHEN 'read' THEN moment END
  FROM messages
  WHERE conversation_id = p_conversation_id AND seq > greatest(p_after, p_up_to - 200) AND seq <= p_up_to
    AND sender_id <> p_user_id AND type <> 'system' AND deleted_at IS NULL
  ON CONFLICT (message_id, user_id) DO UPDATE SET status = 'read', read_at = excluded.read_at
    WHERE known.status = 'delivered' AND excluded.status = 'read';
END
$$;
COMMENT ON FUNCTION record_receipts IS
  'When a person received or read the messages between two of their marks: the newest 200, not their own, not of the system.';

CREATE FUNCTION forget_receipts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(uuid_hash_extended(NEW.conversation_id, 0));
  DELETE FROM message_status WHERE message_id = NEW.id;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION forget_receipts IS 'Who received a message is forgotten with what it said.';
CREATE TRIGGER messages_forget_receipts AFTER UPDATE OF deleted_at ON messages FOR EACH ROW
  WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL) EXECUTE FUNCTION forget_receipts();
`;

const MOVE_MARK = `
DROP FUNCTION move_mark;
CREATE FUNCTION move_mark(
  p_conversation_id uuid, p_user_id uuid, p_mark text, p_seq bigint, p_receipts_max_members integer,
  OUT outcome text, OUT is_receipt boolean, OUT member conversation_members, OUT conversation_version bigint, OUT unread bigint,
  OUT mentions bigint
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  hides boolean;
  was conversation_members;
  top bigint;
  next_version bigint;
BEGIN
  SELECT hides_reads(settings) INTO hides FROM users WHERE id = p_user_id AND is_active FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'unauthenticated'; RETURN; END IF;
  SELECT * INTO was FROM conversation_members WHERE conversation_id = p_conversation_id AND user_id = p_user_id
  FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'not_found'; RETURN; END IF;
  SELECT least(p_seq, last_seq) INTO top FROM conversations WHERE id = p_conversation_id;

  member := was;
  IF p_mark = 'unread' THEN
    IF p_seq <= was.last_read_seq THEN member.unread_from_seq := p_seq; END IF;
  ELSE
    member.last_delivered_seq := greatest(was.last_delivered_seq, top);
    IF p_mark = 'read' THEN
      member.last_read_seq := greatest(was.last_read_seq, top);
      member.unread_from_seq := NULL;
    END IF;
  END IF;

  outcome := CASE
    WHEN (member.last_read_seq, member.unread_from_seq) IS DISTINCT FROM (was.last_read_seq, was.unread_from_seq) THEN 'moved'
    ELSE 'same' END;
  IF outcome = 'moved' THEN
    UPDATE users SET me_version = me_version + 1 WHERE id = p_user_id RETURNING me_version INTO next_version;
    UPDATE conversation_members SET
      last_read_seq = member.last_read_seq, last_delivered_seq = member.last_delivered_seq,
      unread_from_seq = member.unread_from_seq, version = next_version, updated_at = clock_timestamp(),
      last_read_at = CASE WHEN member.last_read_seq > was.last_read_seq AND NOT hides THEN clock_timestamp() ELSE last_read_at END
    WHERE conversation_id = p_conversation_id AND user_id = p_user_id RETURNING * INTO member;
  ELSIF member.last_delivered_seq > was.last_delivered_seq THEN
    UPDATE conversation_members SET last_delivered_seq = member.last_delivered_seq
    WHERE conversation_id = p_conversation_id AND user_id = p_user_id;
  END IF;

  is_receipt := (member.last_delivered_seq > was.last_delivered_seq OR member.last_read_seq > was.last_read_seq AND NOT hides)
    AND has_members_up_to(p_conversation_id, p_receipts_max_members);
  IF is_receipt AND member.last_read_seq > was.last_read_seq AND NOT hides THEN
    PERFORM record_receipts(p_conversation_id, p_user_id, 'read', was.last_read_seq, member.last_read_seq);
  ELSIF is_receipt THEN
    PERFORM record_receipts(p_conversation_id, p_user_id, 'delivered', was.last_delivered_seq, member.last_delivered_seq);
  END IF;

  SELECT conversation.version, CASE WHEN last_main_seq > mark THEN counted.unread ELSE 0 END,
    CASE WHEN last_main_seq > mark THEN counted.mentions ELSE 0 END
  INTO conversation_version, unread, mentions
  FROM conversations conversation
  CROSS JOIN LATERAL (SELECT least(member.last_read_seq, member.unread_from_seq - 1) AS mark) place
  LEFT JOIN LATERAL unread_messages(p_conversation_id, p_user_id, mark) counted ON last_main_seq > mark
  WHERE conversation.id = p_conversation_id;
END
$$;
COMMENT ON FUNCTION move_mark IS
  'Moves the mark read, delivered or unread of one person. outcome: moved (their counter too), same, or the code of the error. is_receipt: what others see of it has moved, and is shown.';
`;

const DOWN = `
DROP TRIGGER messages_forget_receipts ON messages;
DROP FUNCTION forget_receipts;
DROP FUNCTION record_receipts;
DROP FUNCTION shows_reads;
DROP FUNCTION hides_reads;
DROP FUNCTION has_members_up_to;
`;

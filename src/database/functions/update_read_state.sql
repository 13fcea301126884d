-- Moves the read, delivered or unread position of a member. Read and delivered positions only move forward.
-- Parameters: p_conversation_id, p_user_id. p_position: read, delivered or unread. p_seq: requested position, limited to
--   last_seq. p_receipts_max_members: largest group with receipts; 0: unlimited.
-- Result: outcome: updated (increments the account version), unchanged, or an error code. is_receipt: true if a position
--   that other members see has moved. member: the row afterwards. conversation_version: version of the counting. unread,
--   mentions: counts after the read position.
-- Locks: the user, then the member, both FOR NO KEY UPDATE; the conversation is not locked. With receipts, the shared
--   advisory lock of record_receipts.
-- Volatility: VOLATILE plpgsql, so that each statement sees what the locks waited for.
-- requires: hides_read_receipts, has_receipts, record_receipts, unread_counts
CREATE OR REPLACE FUNCTION update_read_state(
  p_conversation_id uuid, p_user_id uuid, p_position text, p_seq bigint, p_receipts_max_members integer,
  OUT outcome text, OUT is_receipt boolean, OUT member conversation_members, OUT conversation_version bigint,
  OUT unread bigint, OUT mentions bigint
) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  hides_receipts boolean;
  before conversation_members;
  target_seq bigint;
  shows_read boolean;
  next_version bigint;
BEGIN
  SELECT hides_read_receipts(settings) INTO hides_receipts FROM users WHERE id = p_user_id AND is_active FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'unauthenticated'; RETURN; END IF;
  SELECT * INTO before FROM conversation_members WHERE conversation_id = p_conversation_id AND user_id = p_user_id
  FOR NO KEY UPDATE;
  IF NOT FOUND THEN outcome := 'not_found'; RETURN; END IF;
  SELECT least(p_seq, last_seq) INTO target_seq FROM conversations WHERE id = p_conversation_id AND deleted_at IS NULL;
  IF NOT FOUND THEN outcome := 'not_found'; RETURN; END IF;

  member := before;
  IF p_position = 'unread' THEN
    IF p_seq <= before.last_read_seq THEN member.unread_from_seq := p_seq; END IF;
  ELSE
    member.last_delivered_seq := greatest(before.last_delivered_seq, target_seq);
    IF p_position = 'read' THEN
      member.last_read_seq := greatest(before.last_read_seq, target_seq);
      member.unread_from_seq := NULL;
    END IF;
  END IF;

  shows_read := member.last_read_seq > before.last_read_seq AND NOT hides_receipts;
  outcome := CASE
    WHEN (member.last_read_seq, member.unread_from_seq) IS DISTINCT FROM (before.last_read_seq, before.unread_from_seq)
    THEN 'updated' ELSE 'unchanged' END;
  IF outcome = 'updated' THEN
    UPDATE users SET account_version = account_version + 1 WHERE id = p_user_id RETURNING account_version INTO next_version;
    UPDATE conversation_members SET
      last_read_seq = member.last_read_seq, last_delivered_seq = member.last_delivered_seq,
      unread_from_seq = member.unread_from_seq, version = next_version, updated_at = clock_timestamp(),
      last_read_at = CASE WHEN shows_read THEN clock_timestamp() ELSE last_read_at END
    WHERE conversation_id = p_conversation_id AND user_id = p_user_id RETURNING * INTO member;
  ELSIF member.last_delivered_seq > before.last_delivered_seq THEN
    UPDATE conversation_members SET last_delivered_seq = member.last_delivered_seq
    WHERE conversation_id = p_conversation_id AND user_id = p_user_id;
  END IF;

  is_receipt := (member.last_delivered_seq > before.last_delivered_seq OR shows_read)
    AND has_receipts(p_conversation_id, p_receipts_max_members);
  IF is_receipt AND shows_read THEN
    PERFORM record_receipts(p_conversation_id, p_user_id, 'read', before.last_read_seq, member.last_read_seq);
  ELSIF is_receipt THEN
    PERFORM record_receipts(p_conversation_id, p_user_id, 'delivered', before.last_delivered_seq, member.last_delivered_seq);
  END IF;

  SELECT conversation.version, CASE WHEN last_main_seq > read_seq THEN counted.unread ELSE 0 END,
    CASE WHEN last_main_seq > read_seq THEN counted.mentions ELSE 0 END
  INTO conversation_version, unread, mentions
  FROM conversations conversation
  CROSS JOIN LATERAL (SELECT least(member.last_read_seq, member.unread_from_seq - 1) AS read_seq) effective
  LEFT JOIN LATERAL unread_counts(p_conversation_id, p_user_id, read_seq) counted ON last_main_seq > read_seq
  WHERE conversation.id = p_conversation_id;
END
$$;

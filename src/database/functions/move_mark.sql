-- Moves the read, delivered or unread position of a member. Read and delivered positions only move forward.
-- Parameters: p_conversation_id, p_user_id. p_mark: read, delivered or unread. p_seq: requested position, limited to
--   last_seq. p_receipts_max_members: largest group with receipts; 0: unlimited.
-- Result: outcome: moved (the account version too), same, or an error code. is_receipt: true if the position that others see
--   has moved and is shared. member: the row afterwards. conversation_version: version to which the counts belong. unread,
--   mentions: counts after the position.
-- Locks: the user, then the member, both FOR NO KEY UPDATE; the conversation is not locked. With receipts, the shared
--   advisory lock of record_receipts.
-- Volatility: VOLATILE plpgsql, so that each statement sees what the locks waited for.
-- requires: hides_reads, has_members_up_to, record_receipts, unread_messages
CREATE OR REPLACE FUNCTION move_mark(
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

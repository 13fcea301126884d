-- Writes message_status rows for the messages between two positions of a member: at most the newest 200, without own,
-- deleted and system messages. Thread replies are at most delivered: they are read in their thread.
-- Parameters: p_conversation_id, p_user_id. p_status: delivered or read. p_after, p_up_to: the range (p_after, p_up_to].
-- Result: none.
-- Locks: the shared advisory lock of the conversation, which messages_soft_delete_remove_receipts takes exclusively: no row
--   is written for a message that is being deleted. Locks on messages could deadlock with a writer of several messages.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION record_receipts(
  p_conversation_id uuid, p_user_id uuid, p_status text, p_after bigint, p_up_to bigint
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  recorded_at timestamptz(3) := clock_timestamp();
BEGIN
  IF p_up_to <= p_after THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock_shared(uuid_hash_extended(p_conversation_id, 0));
  INSERT INTO message_status AS existing (message_id, user_id, status, delivered_at, read_at)
  SELECT id, p_user_id, CASE WHEN thread_root_id IS NULL THEN p_status ELSE 'delivered' END, recorded_at,
    CASE WHEN p_status = 'read' AND thread_root_id IS NULL THEN recorded_at END
  FROM messages
  WHERE conversation_id = p_conversation_id AND seq > greatest(p_after, p_up_to - 200) AND seq <= p_up_to
    AND sender_id <> p_user_id AND type <> 'system' AND deleted_at IS NULL
  ON CONFLICT (message_id, user_id) DO UPDATE SET status = 'read', read_at = excluded.read_at
    WHERE existing.status = 'delivered' AND excluded.status = 'read';
END
$$;

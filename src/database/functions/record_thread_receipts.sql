-- Writes message_status rows for the replies between two read positions in a thread: at most the newest 200, without own,
-- deleted and system messages. No effect for a user who hides read receipts, or in a conversation without receipts.
-- Parameters: p_thread_root_id, p_user_id. p_after, p_up_to: the range (p_after, p_up_to]. p_receipts_max_members: largest group
--   with receipts; 0: unlimited.
-- Result: none.
-- Locks: as record_receipts: the shared advisory lock of the conversation.
-- Volatility: VOLATILE.
-- requires: hides_read_receipts, has_receipts
CREATE OR REPLACE FUNCTION record_thread_receipts(
  p_thread_root_id uuid, p_user_id uuid, p_after bigint, p_up_to bigint, p_receipts_max_members integer
) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  recorded_at timestamptz(3) := clock_timestamp();
  recorded_in uuid;
BEGIN
  SELECT root.conversation_id INTO recorded_in FROM messages root JOIN users ON users.id = p_user_id
  WHERE root.id = p_thread_root_id AND NOT hides_read_receipts(users.settings)
    AND has_receipts(root.conversation_id, p_receipts_max_members);
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock_shared(uuid_hash_extended(recorded_in, 0));
  INSERT INTO message_status AS existing (message_id, user_id, status, delivered_at, read_at)
  SELECT id, p_user_id, 'read', recorded_at, recorded_at FROM (
    SELECT * FROM messages WHERE thread_root_id = p_thread_root_id AND seq > p_after AND seq <= p_up_to
    ORDER BY seq DESC LIMIT 200
  ) newest
  WHERE sender_id <> p_user_id AND type <> 'system' AND deleted_at IS NULL
  ON CONFLICT (message_id, user_id) DO UPDATE SET status = 'read', read_at = excluded.read_at
    WHERE existing.status = 'delivered';
END
$$;

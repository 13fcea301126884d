-- Deletes rows of a deleted conversation, newest messages first, and the conversation last.
-- Parameters: p_conversation_id. p_milliseconds: time after which no further part begins; a part has at most 100 messages
--   and 5,000 rows of each table that refers to them.
-- Result: true if rows are left. False for a conversation that does not exist or is not deleted.
-- Locks: the conversation FOR UPDATE; the deleted rows; the attachments by attachment_links_delete_mark_unlinked.
-- Volatility: VOLATILE plpgsql. Replies are deleted before the messages that they refer to, so that no delete cascades
--   over many messages. Rows of members were deleted with the memberships.
CREATE OR REPLACE FUNCTION delete_conversation_rows(p_conversation_id uuid, p_milliseconds integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  max_rows CONSTANT integer := 5000;
  ends_at timestamptz := clock_timestamp() + make_interval(secs => p_milliseconds / 1000.0);
  seq_bound bigint;
  message_ids uuid[];
  reference text[];
  row_count integer;
  is_complete boolean;
BEGIN
  SELECT last_seq INTO seq_bound FROM conversations WHERE id = p_conversation_id AND deleted_at IS NOT NULL FOR UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;

  LOOP
    message_ids := ARRAY(
      SELECT id FROM messages WHERE conversation_id = p_conversation_id AND seq <= seq_bound ORDER BY seq DESC LIMIT 100
    );
    EXIT WHEN cardinality(message_ids) = 0;
    is_complete := true;
    FOREACH reference SLICE 1 IN ARRAY ARRAY[
      ['message_search', 'message_id'], ['search_index_queue', 'message_id'], ['message_status', 'message_id'],
      ['message_reactions', 'message_id'], ['message_mentions', 'message_id'], ['message_edits', 'message_id'],
      ['attachment_links', 'message_id'], ['poll_votes', 'poll_id']
    ] LOOP
      EXECUTE format(
        'DELETE FROM %1$I WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$I WHERE %2$I = ANY ($1) LIMIT $2))',
        reference[1], reference[2]
      ) USING CASE reference[2] WHEN 'poll_id' THEN ARRAY(SELECT id FROM polls WHERE message_id = ANY (message_ids))
        ELSE message_ids END, max_rows;
      GET DIAGNOSTICS row_count = ROW_COUNT;
      is_complete := is_complete AND row_count < max_rows;
    END LOOP;
    IF is_complete THEN
      seq_bound := (SELECT min(seq) - 1 FROM messages WHERE id = ANY (message_ids));
      DELETE FROM messages WHERE id = ANY (message_ids);
    END IF;
    EXIT WHEN clock_timestamp() > ends_at;
  END LOOP;

  IF cardinality(message_ids) > 0 THEN
    -- The next call begins below the deleted rows, which stay in the index until a vacuum.
    UPDATE conversations SET first_seq = least(first_seq, seq_bound + 1), last_seq = seq_bound, last_main_seq = 0
    WHERE id = p_conversation_id;
    RETURN true;
  END IF;
  DELETE FROM search_blocks WHERE conversation_id = p_conversation_id;
  DELETE FROM conversations WHERE id = p_conversation_id;
  RETURN false;
END
$$;

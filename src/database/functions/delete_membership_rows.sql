-- Deletes private rows of the members of a deleted conversation, so that the end of a membership deletes few rows by cascade.
-- Parameters: p_conversation_id. p_limit: maximum number of rows of each table.
-- Result: true if rows may be left. False for a conversation that is not deleted.
-- Locks: the deleted rows.
-- Volatility: VOLATILE plpgsql.
CREATE OR REPLACE FUNCTION delete_membership_rows(p_conversation_id uuid, p_limit integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  name text;
  row_count integer;
  has_rows boolean := false;
BEGIN
  IF NOT EXISTS (SELECT FROM conversations WHERE id = p_conversation_id AND deleted_at IS NOT NULL) THEN RETURN false; END IF;
  FOREACH name IN ARRAY ARRAY['thread_subscriptions', 'message_flags', 'drafts'] LOOP
    EXECUTE format(
      'DELETE FROM %1$I WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$I WHERE conversation_id = $1 LIMIT $2))', name
    ) USING p_conversation_id, p_limit;
    GET DIAGNOSTICS row_count = ROW_COUNT;
    has_rows := has_rows OR row_count = p_limit;
  END LOOP;
  RETURN has_rows;
END
$$;

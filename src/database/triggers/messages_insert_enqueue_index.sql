-- Enqueues new messages with text or media for the search index. The terms are extracted after the commit.
-- Fires: after an insert of messages, for each statement.
-- Locks: none.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION messages_insert_enqueue_index() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_index_queue SELECT id FROM inserted WHERE content IS NOT NULL OR media IS NOT NULL;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER messages_insert_enqueue_index
  AFTER INSERT ON messages REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT
  EXECUTE FUNCTION messages_insert_enqueue_index();

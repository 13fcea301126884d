-- Enqueues new messages for the search index. The words are extracted after the commit.
-- Fires: after an insert of messages, for each statement.
-- Locks: none.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION note_for_search() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO search_pending SELECT id FROM sent WHERE content IS NOT NULL;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_for_search IS 'Notes new messages, to be read for their words after the commit.';
CREATE OR REPLACE TRIGGER messages_note_for_search AFTER INSERT ON messages REFERENCING NEW TABLE AS sent
  FOR EACH STATEMENT EXECUTE FUNCTION note_for_search();

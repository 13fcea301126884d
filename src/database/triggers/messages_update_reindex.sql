-- Removes a message from the search index when its text or media change, and enqueues the new ones.
-- Fires: after the update of content or media of messages to another value, for each row.
-- Locks: the queue row: the first DELETE waits for an indexer that reads the old content, the second finds its keys.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION messages_update_reindex() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM search_index_queue WHERE message_id = NEW.id;
  DELETE FROM message_search WHERE message_id = NEW.id;
  INSERT INTO search_index_queue SELECT NEW.id WHERE NEW.content IS NOT NULL OR NEW.media IS NOT NULL;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER messages_update_reindex
  AFTER UPDATE OF content, media ON messages FOR EACH ROW
  WHEN (OLD.content IS DISTINCT FROM NEW.content OR OLD.media IS DISTINCT FROM NEW.media)
  EXECUTE FUNCTION messages_update_reindex();

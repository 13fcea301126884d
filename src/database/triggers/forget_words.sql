-- Removes a message from the search index when its content changes, and enqueues the new content.
-- Fires: after the update of messages.content to another value, for each row.
-- Locks: the queue row: the first DELETE waits for an indexer that reads the old content, the second finds its keys.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION forget_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM search_pending WHERE message_id = NEW.id;
  DELETE FROM message_search WHERE message_id = NEW.id;
  INSERT INTO search_pending SELECT NEW.id WHERE NEW.content IS NOT NULL;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION forget_words IS
  'Forgets the words of a text that has changed. Its first statement waits for whoever is reading the old text for its words, so that the second finds them.';
CREATE OR REPLACE TRIGGER messages_forget_words AFTER UPDATE OF content ON messages FOR EACH ROW
  WHEN (OLD.content IS DISTINCT FROM NEW.content) EXECUTE FUNCTION forget_words();

-- Enqueues the stored objects of a deleted attachment for deletion: at once, or after an hour if an upload may be running.
-- Fires: after the delete of attachments, for each row, cascades included.
-- Locks: none.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION attachments_delete_enqueue_objects() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO attachment_deletions (attachment_id, due_at)
  VALUES (OLD.id, CASE OLD.state WHEN 'ready' THEN now() ELSE now() + interval '1 hour' END)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER attachments_delete_enqueue_objects
  AFTER DELETE ON attachments FOR EACH ROW
  EXECUTE FUNCTION attachments_delete_enqueue_objects();

-- Enqueues the stored objects of a deleted attachment for deletion: at once, or after an hour if an upload may be running.
-- Fires: after the delete of attachments, for each row, whatever the cause.
-- Locks: none.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION leave_object() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO attachment_leftovers (attachment_id, due_at)
  VALUES (OLD.id, CASE OLD.state WHEN 'ready' THEN now() ELSE now() + interval '1 hour' END)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
COMMENT ON FUNCTION leave_object IS
  'Whatever deletes an attachment leaves its objects to the sweep: later when they may still be on their way to the store.';
CREATE OR REPLACE TRIGGER attachments_leave_object AFTER DELETE ON attachments
  FOR EACH ROW EXECUTE FUNCTION leave_object();

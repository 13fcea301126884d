-- Deletes the revisions of a soft-deleted message.
-- Fires: after the update of messages.deleted_at to not null, for each row.
-- Locks: the deleted rows.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION messages_soft_delete_remove_edits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM message_edits WHERE message_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER messages_soft_delete_remove_edits
  AFTER UPDATE OF deleted_at ON messages FOR EACH ROW
  WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
  EXECUTE FUNCTION messages_soft_delete_remove_edits();

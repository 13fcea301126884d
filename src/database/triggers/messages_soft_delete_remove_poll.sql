-- Deletes the poll of a soft-deleted message, and with it options and votes.
-- Fires: after the update of messages.deleted_at to not null, for each row of type poll.
-- Locks: the deleted rows.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION messages_soft_delete_remove_poll() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM polls WHERE message_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER messages_soft_delete_remove_poll
  AFTER UPDATE OF deleted_at ON messages FOR EACH ROW
  WHEN (NEW.type = 'poll' AND OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
  EXECUTE FUNCTION messages_soft_delete_remove_poll();

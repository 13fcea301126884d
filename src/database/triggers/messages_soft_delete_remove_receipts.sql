-- Deletes the receipts of a soft-deleted message.
-- Fires: after the update of messages.deleted_at to not null, for each row.
-- Locks: the advisory lock of the conversation, exclusively: waits for record_receipts, then sees its rows.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION messages_soft_delete_remove_receipts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(uuid_hash_extended(NEW.conversation_id, 0));
  DELETE FROM message_status WHERE message_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER messages_soft_delete_remove_receipts
  AFTER UPDATE OF deleted_at ON messages FOR EACH ROW
  WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
  EXECUTE FUNCTION messages_soft_delete_remove_receipts();

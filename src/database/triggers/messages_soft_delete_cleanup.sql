-- Deletes reactions and mentions of a soft-deleted message, and removes it from the reply count of its thread.
-- Fires: after the update of messages.deleted_at to not null, for each row.
-- Locks: the thread root, which gets the version of the deletion.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION messages_soft_delete_cleanup() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM message_reactions WHERE message_id = NEW.id;
  DELETE FROM message_mentions WHERE message_id = NEW.id;
  UPDATE messages SET thread_reply_count = thread_reply_count - 1, version = NEW.version WHERE id = NEW.thread_root_id;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER messages_soft_delete_cleanup
  AFTER UPDATE OF deleted_at ON messages FOR EACH ROW
  WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
  EXECUTE FUNCTION messages_soft_delete_cleanup();

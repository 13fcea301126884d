-- Deletes the attachment links of a soft-deleted message.
-- Fires: after the update of messages.deleted_at to not null, for each row.
-- Locks: the deleted rows; the attachments by attachment_links_delete_mark_unlinked.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION messages_soft_delete_unlink_attachments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM attachment_links WHERE message_id = NEW.id;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER messages_soft_delete_unlink_attachments
  AFTER UPDATE OF deleted_at ON messages FOR EACH ROW
  WHEN (OLD.deleted_at IS NULL AND NEW.deleted_at IS NOT NULL)
  EXECUTE FUNCTION messages_soft_delete_unlink_attachments();

-- Marks attachments that lost a link, for the attachment cleanup to examine.
-- Fires: after the delete of attachment_links, for each statement.
-- Locks: the attachments FOR NO KEY UPDATE in the order of id.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION attachment_links_delete_mark_unlinked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM attachments WHERE id IN (SELECT attachment_id FROM unlinked) ORDER BY id FOR NO KEY UPDATE;
  UPDATE attachments SET unlinked_at = now() WHERE id IN (SELECT attachment_id FROM unlinked);
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER attachment_links_delete_mark_unlinked
  AFTER DELETE ON attachment_links REFERENCING OLD TABLE AS unlinked FOR EACH STATEMENT
  EXECUTE FUNCTION attachment_links_delete_mark_unlinked();

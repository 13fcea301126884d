-- Subtracts deleted members from the member count of their conversations.
-- Fires: after the delete of conversation_members, for each statement, cascades included.
-- Locks: the conversations FOR NO KEY UPDATE in the order of id.
-- Volatility: VOLATILE. One UPDATE by primary key for each conversation, as conversation_members_insert_count.
CREATE OR REPLACE FUNCTION conversation_members_delete_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  removed record;
BEGIN
  FOR removed IN SELECT conversation_id, count(*) FROM deleted GROUP BY 1 ORDER BY 1 LOOP
    UPDATE conversations SET member_count = member_count - removed.count WHERE id = removed.conversation_id;
  END LOOP;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER conversation_members_delete_count
  AFTER DELETE ON conversation_members REFERENCING OLD TABLE AS deleted FOR EACH STATEMENT
  EXECUTE FUNCTION conversation_members_delete_count();

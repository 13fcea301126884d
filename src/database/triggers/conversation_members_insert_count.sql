-- Adds new members to the member count of their conversations.
-- Fires: after an insert of conversation_members, for each statement.
-- Locks: the conversations FOR NO KEY UPDATE in the order of id.
-- Volatility: VOLATILE. One UPDATE by primary key for each conversation, because a session keeps the plan of a join that it
--   made while the tables were small.
CREATE OR REPLACE FUNCTION conversation_members_insert_count() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  added record;
BEGIN
  FOR added IN SELECT conversation_id, count(*) FROM inserted GROUP BY 1 ORDER BY 1 LOOP
    UPDATE conversations SET member_count = member_count + added.count WHERE id = added.conversation_id;
  END LOOP;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER conversation_members_insert_count
  AFTER INSERT ON conversation_members REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT
  EXECUTE FUNCTION conversation_members_insert_count();

-- Records the time of a change of the names or the picture of a user, later than that of the last one.
-- Fires: before the update of users.username, display_name or avatar_url to another value, for each row.
-- Locks: none.
-- Volatility: VOLATILE.
CREATE OR REPLACE FUNCTION users_update_record_profile_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.profile_changed_at := greatest(clock_timestamp(), OLD.profile_changed_at + interval '1 millisecond');
  RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER users_update_record_profile_change
  BEFORE UPDATE OF username, display_name, avatar_url ON users FOR EACH ROW
  WHEN ((OLD.username, OLD.display_name, OLD.avatar_url) IS DISTINCT FROM (NEW.username, NEW.display_name, NEW.avatar_url))
  EXECUTE FUNCTION users_update_record_profile_change();

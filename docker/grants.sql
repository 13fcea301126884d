-- Least-privilege role of the server: reads and writes rows, no DDL, no superuser.
-- Runs once for each database, before the first migration, as the role that owns the schema and runs migrations and
-- routines. That role needs CREATEROLE, unless messaging_app exists; it must own the database. Stops at the first error.
-- Then messaging_app needs a password:
--   psql "$OWNER_URL" -f docker/grants.sql
--   ALTER ROLE messaging_app PASSWORD '…';
\set ON_ERROR_STOP on
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'messaging_app') THEN
    CREATE ROLE messaging_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
  END IF;
END $$;
-- synchronous_commit: an ack means committed, with any default of the PostgreSQL server.
-- random_page_cost: cost of a random page read from memory or an SSD. With the default of 4, the planner reads all messages of a
-- large conversation to find the first rows, because an average conversation is small.
-- An owner that may not alter the role (no CREATEROLE, or a role created by another one) sets them for the database.
DO $$ BEGIN
  ALTER ROLE messaging_app SET synchronous_commit = on;
  ALTER ROLE messaging_app SET random_page_cost = 1.1;
EXCEPTION WHEN insufficient_privilege THEN
  EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database());
  EXECUTE format('ALTER DATABASE %I SET random_page_cost = 1.1', current_database());
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO messaging_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO messaging_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO messaging_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO messaging_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO messaging_app;
-- A migration creates the schema pgboss: these privileges hold for every schema that the owner creates later.
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO messaging_app;
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO messaging_app;

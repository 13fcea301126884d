-- The least-privilege role that the server runs as: rows, no DDL, no superuser.
-- Run once per database, before the first migration, as the role that owns the schema and runs the migrations (it needs
-- CREATEROLE, or have the role made first), then give the role its password:
--   psql "$OWNER_URL" -f docker/grants.sql
--   ALTER ROLE messaging_app PASSWORD '…';
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'messaging_app') THEN
    CREATE ROLE messaging_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION;
  END IF;
END $$;
-- An answer means committed: not even a server that is set otherwise may acknowledge earlier.
ALTER ROLE messaging_app SET synchronous_commit = on;
-- As of memory and SSDs. With the 4 of spinning disks, the first rows of a large conversation are looked for by reading all
-- of it, because an average one is small.
ALTER ROLE messaging_app SET random_page_cost = 1.1;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO messaging_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO messaging_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO messaging_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO messaging_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO messaging_app;
-- The jobs have a schema of their own (pgboss), which a migration makes: so for all schemas that this role makes from now on.
ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO messaging_app;
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO messaging_app;

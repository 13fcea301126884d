#!/usr/bin/env bash
# Runs once, when the PostgreSQL image initializes its volume: password of the role created by grants.sql.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --set password="$APP_PASSWORD" --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
ALTER ROLE messaging_app PASSWORD :'password';
SQL

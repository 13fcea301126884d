import { DataSource } from 'typeorm';
import { migrationOptions } from './src/database/migrate.js';

/** DataSource of `pnpm migration:generate`. */
const url = process.env.DATABASE_MIGRATION_URL ?? process.env.DATABASE_URL;
if (!url) throw new Error('Set DATABASE_URL (or DATABASE_MIGRATION_URL) to the database to migrate.');

export default new DataSource(migrationOptions(url));

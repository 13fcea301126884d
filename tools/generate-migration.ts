import { writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { DataSource } from 'typeorm';
import type { SqlInMemory } from 'typeorm/driver/SqlInMemory.js';
import { migrationOptions } from '../src/database/migrate.js';

/** Writes a migration from the difference between a migrated database and the entities. */
export async function generateMigration(url: string, path: string): Promise<void> {
  const name = basename(path, '.ts');
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    throw new Error(`"${name}" is not a name of a migration: lower-case letters, digits and dashes.`);
  const timestamp = Date.now();
  const file = join(dirname(path), `${timestamp}-${name}.ts`);
  const difference = await findDifference(url);
  if (difference.upQueries.length === 0) throw new Error('The database has the schema of the entities.');
  const text = migrationText(`${toClassName(name)}${timestamp}`, difference);
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
  process.stdout.write(
    `Wrote ${file}. Next: CHECK constraints, names of constraints, then npx -y pnpm@10 schema:release\n`,
  );
}

async function findDifference(url: string): Promise<SqlInMemory> {
  const dataSource = await new DataSource(migrationOptions(url)).initialize();
  try {
    if (await dataSource.showMigrations())
      throw new Error('The database has pending migrations: npx -y pnpm@10 migration:run runs them.');
    return await dataSource.driver.createSchemaBuilder().log();
  } finally {
    await dataSource.destroy();
  }
}

function migrationText(className: string, { upQueries, downQueries }: SqlInMemory): string {
  const statements = (queries: SqlInMemory['upQueries']): string =>
    queries.map(({ query }) => `await runner.query(\`${query.replace(/[\\`]|\$\{/g, '\\$&')}\`);`).join('\n');
  return `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    ${statements(upQueries)}
  }

  async down(runner: QueryRunner): Promise<void> {
    ${statements([...downQueries].reverse())}
  }
}
`;
}

function toClassName(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
}

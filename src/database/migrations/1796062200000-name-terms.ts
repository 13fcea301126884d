import type { MigrationInterface, QueryRunner } from 'typeorm';
import { tokenize } from '../../kernel/text/tokenizer.js';

/** Rows that one statement fills. */
const BATCH_SIZE = 1_000;
/** Columns of names and of their search terms. */
const NAMES = [
  ['users', 'username'],
  ['users', 'display_name'],
  ['conversations', 'title'],
] as const;

/** Search terms of the names of users and of the titles of conversations. */
export class NameTerms1796062200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, name] of NAMES) {
      await runner.query(`ALTER TABLE ${table} ADD ${name}_terms tsvector NOT NULL DEFAULT ''`);
      await fillTerms(runner, table, name);
    }
    await runner.query(`
      CREATE INDEX users_name_terms_idx ON users USING gin ((username_terms || display_name_terms)) WHERE is_active;
      DROP INDEX users_display_name_idx;
      CREATE INDEX conversations_title_terms_idx ON conversations USING gin (title_terms)
        WHERE type = 'channel' AND NOT is_private`);
  }

  /** The indexes of the terms go with their columns. */
  async down(runner: QueryRunner): Promise<void> {
    for (const [table, name] of NAMES) await runner.query(`ALTER TABLE ${table} DROP ${name}_terms`);
    await runner.query('CREATE INDEX users_display_name_idx ON users (lower(display_name) text_pattern_ops)');
  }
}

async function fillTerms(runner: QueryRunner, table: string, name: string): Promise<void> {
  let lastId = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = (await runner.query(
      `SELECT id, ${name} AS name FROM ${table} WHERE id > $1 AND ${name} IS NOT NULL ORDER BY id LIMIT ${BATCH_SIZE}`,
      [lastId],
    )) as { id: string; name: string }[];
    const last = rows.at(-1);
    if (!last) return;
    lastId = last.id;
    await runner.query(
      `UPDATE ${table} SET ${name}_terms = array_to_tsvector(ARRAY(SELECT jsonb_array_elements_text(filled.terms)))
       FROM jsonb_to_recordset($1) AS filled (id uuid, terms jsonb) WHERE ${table}.id = filled.id`,
      [JSON.stringify(rows.map((row) => ({ id: row.id, terms: tokenize(row.name) })))],
    );
  }
}

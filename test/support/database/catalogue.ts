import type { Client } from 'pg';
import { queryTexts } from './sql.js';

export const PUBLIC_SCHEMA = `relnamespace = 'public'::regnamespace AND relname NOT IN ('migrations', 'schema_routines')`;

export function listTables(client: Client): Promise<string[]> {
  return queryTexts(
    client,
    `SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND ${PUBLIC_SCHEMA} ORDER BY 1`,
  );
}

export interface ForeignKey {
  from: string;
  columns: string[];
  to: string;
  references: string[];
  onDelete: string;
}

export async function listForeignKeys(client: Client): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(`
    SELECT conrelid::regclass::text AS "from", ${names('conrelid', 'conkey')} AS columns,
      confrelid::regclass::text AS "to", ${names('confrelid', 'confkey')} AS "references",
      CASE confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE confdeltype::text END AS "onDelete"
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace
    ORDER BY conrelid::regclass::text, conname`);
  return rows;
}

export interface Index {
  name: string;
  table: string;
  isUnique: boolean;
  /**
   * Columns and expressions in key order, with operator class and direction where they differ from the
   * default.
   */
  key: string[];
  predicate: string | null;
  isValid: boolean;
}

export async function listIndexes(client: Client): Promise<Index[]> {
  const { rows } = await client.query<Index>(`
    SELECT indexrelid::regclass::text AS name, indrelid::regclass::text AS "table", indisunique AS "isUnique",
      indisvalid AND indisready AS "isValid", pg_get_expr(indpred, indrelid) AS predicate,
      ARRAY(SELECT pg_get_indexdef(indexrelid, place, false)
              || CASE WHEN opcdefault THEN '' ELSE ' ' || opcname END || CASE indoption[place - 1] WHEN 0 THEN '' ELSE ' DESC' END
            FROM generate_series(1, indnkeyatts) place JOIN pg_opclass opclass ON opclass.oid = indclass[place - 1]
            ORDER BY place) AS key
    FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE ${PUBLIC_SCHEMA}
    ORDER BY 1`);
  return rows;
}

/**
 * Primary keys, unique constraints and checks as `table: name DEFINITION` (a check by its name), and other
 * unique indexes.
 */
export function listConstraints(client: Client): Promise<string[]> {
  return queryTexts(
    client,
    `SELECT conrelid::regclass || ': ' || conname || CASE contype WHEN 'c' THEN '' ELSE ' ' || pg_get_constraintdef(oid) END
     FROM pg_constraint
     WHERE contype IN ('p', 'u', 'c') AND connamespace = 'public'::regnamespace
       AND conrelid NOT IN (SELECT oid FROM pg_class WHERE NOT (${PUBLIC_SCHEMA}))
     UNION ALL
     SELECT indrelid::regclass || ': ' || indexrelid::regclass || ' ON '
       || regexp_replace(pg_get_indexdef(indexrelid), '^.* USING btree ', '')
     FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
     WHERE indisunique AND ${PUBLIC_SCHEMA} AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')`,
  );
}

/** All objects of the migrations, one fact a line. Two equal lists mean two equal schemas. */
export async function listSchemaFacts(client: Client): Promise<string[]> {
  const lines = await queryTexts(
    client,
    `SELECT 'column ' || attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod)
       || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '')
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
     WHERE relkind = 'r' AND ${PUBLIC_SCHEMA} AND attnum > 0 AND NOT attisdropped
     UNION ALL
     SELECT 'place ' || attrelid::regclass || '.' || attname || ' ' || attnum
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
     WHERE relkind = 'r' AND ${PUBLIC_SCHEMA} AND attnum > 0 AND NOT attisdropped
     UNION ALL
     SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid)
     FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE ${PUBLIC_SCHEMA}
     UNION ALL
     SELECT 'index ' || pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE ${PUBLIC_SCHEMA}
     UNION ALL
     SELECT 'function ' || pg_get_functiondef(oid) || coalesce(obj_description(oid, 'pg_proc'), '')
     FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL
     SELECT 'options ' || relname || ' ' || reloptions::text FROM pg_class WHERE reloptions IS NOT NULL AND ${PUBLIC_SCHEMA}
     UNION ALL
     SELECT 'privileges ' || relname || ' ' || relacl::text FROM pg_class WHERE relacl IS NOT NULL AND ${PUBLIC_SCHEMA}
     UNION ALL
     SELECT 'trigger ' || pg_get_triggerdef(pg_trigger.oid) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
     WHERE NOT tgisinternal AND ${PUBLIC_SCHEMA}`,
  );
  return lines.sort();
}

/**
 * All objects except the bookkeeping of the migrations: relations, functions, types and the schema of the
 * jobs.
 */
export function listSchemaObjects(client: Client): Promise<string[]> {
  return queryTexts(
    client,
    `SELECT relname::text FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relname !~ '^(migrations|schema_routines)'
     UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL SELECT typname FROM pg_type
     WHERE typnamespace = 'public'::regnamespace AND typname !~ '^_?(migrations|schema_routines)'
     UNION ALL SELECT nspname FROM pg_namespace WHERE nspname = 'pgboss'`,
  );
}

function names(table: string, numbers: string): string {
  return `ARRAY(SELECT attname::text FROM unnest(${numbers}) WITH ORDINALITY AS member (attnum, place)
    JOIN pg_attribute USING (attnum) WHERE attrelid = ${table} ORDER BY place)`;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { TABLE_OWNERS } from '../../src/database/table-owners.js';
import { TABLES } from '../support/database/expected-schema.js';

const SOURCES = join(__dirname, '../../src');

interface Access {
  module: string;
  file: string;
  table: string;
  isWrite: boolean;
}

const owners = new Map(TABLE_OWNERS.flatMap(({ module, tables }) => tables.map((table) => [table, module])));
const rank = (module: string): number => TABLE_OWNERS.findIndex((owner) => owner.module === module);

describe('The table owners', () => {
  const accesses = sourceFiles().flatMap((file) =>
    statementsOf(readFileSync(join(SOURCES, file), 'utf8')).flatMap((sql) =>
      accessesOf(sql).map((access) => ({ module: moduleOf(file), file, ...access })),
    ),
  );

  it('are one for each table', () => {
    const owned = TABLE_OWNERS.flatMap(({ tables }) => tables);
    expect(owned.sort()).toEqual([...TABLES].sort());
  });

  it('are the only writers outside of the routines', () => {
    expect(accesses.filter(({ isWrite, table, module }) => isWrite && owners.get(table) !== module)).toEqual(
      [],
    );
  });

  it('read all tables of their list and no others, only of lower modules', () => {
    for (const { module, reads } of TABLE_OWNERS) {
      const read = accesses.filter((access) => access.module === module).map(({ table }) => table);
      const foreign = [...new Set(read)].filter((table) => owners.get(table) !== module);
      expect({ module, reads: foreign.sort() }).toEqual({ module, reads: [...reads].sort() });
      for (const table of reads) expect(rank(owners.get(table)!)).toBeLessThan(rank(module));
    }
  });

  it('are all modules whose statements name a table', () => {
    expect(accesses.filter(({ module }) => rank(module) < 0)).toEqual([]);
  });

  it('are recognized in every form of a statement', () => {
    const sql = `WITH a AS (DELETE FROM drafts USING users u RETURNING 1), b AS (INSERT INTO polls SELECT 1)
      UPDATE calls c SET state = m.type FROM messages m, users JOIN \${rows} ON true WHERE c.drafts = 1 FOR UPDATE OF m`;
    expect(accessesOf(statementsOf(`const sql = \`${sql}\`;`)[0]!)).toEqual([
      { table: 'drafts', isWrite: true },
      { table: 'users', isWrite: false },
      { table: 'polls', isWrite: true },
      { table: 'calls', isWrite: true },
      { table: 'messages', isWrite: false },
      { table: 'users', isWrite: false },
    ]);
  });
});

/** Excludes entities, which describe tables, and src/database with migrations and routines. */
function sourceFiles(): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.spec\.ts$|\/entities\/|^database\//.test(file),
  );
}

function moduleOf(file: string): string {
  return /^(?:modules\/)?([^/]+)/.exec(file)![1]!;
}

/**
 * The string and template literals of a file that are SQL, with a question mark in place of each expression.
 */
function statementsOf(source: string): string[] {
  const literals: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) literals.push(node.text);
    if (ts.isTemplateExpression(node))
      literals.push([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(' ? '));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('file.ts', source, ts.ScriptTarget.Latest));
  return literals.filter((literal) => /\b(SELECT|FROM|JOIN|UPDATE|INTO)\b/.test(literal));
}

/**
 * Names of tables in a statement that are neither qualified nor a qualifier; a name after a writing verb is a
 * write.
 */
function accessesOf(sql: string): Omit<Access, 'module' | 'file'>[] {
  const names = new RegExp(
    `(INSERT INTO |UPDATE |DELETE FROM )?(?<![\\w."$])(${TABLES.join('|')})(?![\\w.(":])`,
    'g',
  );
  return [...sql.replace(/\s+/g, ' ').matchAll(names)].map(([, verb, table]) => ({
    table: table!,
    isWrite: verb !== undefined,
  }));
}

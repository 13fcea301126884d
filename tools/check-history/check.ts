import type { Client } from 'pg';
import { OF_CONVERSATIONS, OF_PEOPLE } from './invariants.js';

/** Rows of one step at most; a step with a longer conversation has that one only. */
const MESSAGES = 1_000_000;
const ROWS = 1_000;
/** What one query says of one step at most. */
const VIOLATIONS = 100;

export interface Findings {
  conversations: number;
  messages: number;
  people: number;
  violations: string[];
}

/** Looks through a whole database, step by step. It only reads, and holds nothing up. */
export async function check(database: Client): Promise<Findings> {
  const findings: Findings = { conversations: 0, messages: 0, people: 0, violations: [] };
  for await (const step of conversations(database)) {
    findings.conversations += step.ids.length;
    findings.messages += step.messages;
    findings.violations.push(...(await broken(database, OF_CONVERSATIONS, step.ids)));
  }
  for await (const ids of people(database)) {
    findings.people += ids.length;
    findings.violations.push(...(await broken(database, OF_PEOPLE, ids)));
  }
  return findings;
}

async function* conversations(database: Client): AsyncGenerator<{ ids: string[]; messages: number }> {
  const next = `SELECT id, last_seq - first_seq + 1 AS messages FROM conversations
    WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT ${ROWS}`;
  for (let last: string | undefined; ;) {
    const { rows } = await database.query<{ id: string; messages: string }>(next, [last]);
    const step = { ids: [] as string[], messages: 0 };
    for (const { id, messages } of rows) {
      if (step.ids.length > 0 && step.messages + Number(messages) > MESSAGES) break;
      step.ids.push(id);
      step.messages += Number(messages);
    }
    if (step.ids.length === 0) return;
    yield step;
    last = step.ids.at(-1);
  }
}

async function* people(database: Client): AsyncGenerator<string[]> {
  const next = `SELECT id FROM users WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT ${ROWS}`;
  for (let last: string | undefined; ;) {
    const { rows } = await database.query<{ id: string }>(next, [last]);
    if (rows.length === 0) return;
    yield rows.map(({ id }) => id);
    last = rows.at(-1)!.id;
  }
}

async function broken(
  database: Client,
  invariants: Readonly<Record<string, string>>,
  ids: string[],
): Promise<string[]> {
  const found: string[] = [];
  for (const [invariant, sql] of Object.entries(invariants)) {
    const { rows } = await database.query<[string]>({
      text: `${sql} LIMIT ${VIOLATIONS}`,
      values: [ids],
      rowMode: 'array',
    });
    found.push(...rows.map(([words]) => `${invariant}? No: ${words}`));
  }
  return found;
}

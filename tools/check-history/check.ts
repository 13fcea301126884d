import type { Client } from 'pg';
import { CONVERSATION_INVARIANTS, USER_INVARIANTS } from './invariants.js';

/** Messages of one batch; a longer conversation is a batch of its own. */
const MAX_BATCH_MESSAGES = 1_000_000;
/** Conversations or users of one batch. */
const BATCH_SIZE = 1_000;
/** Violations of one invariant that one batch reports. */
const MAX_VIOLATIONS = 100;

export interface Findings {
  conversations: number;
  messages: number;
  users: number;
  violations: string[];
}

/** Checks all invariants of a database in batches. It only reads and takes no row locks. */
export async function checkDatabase(database: Client): Promise<Findings> {
  const findings: Findings = { conversations: 0, messages: 0, users: 0, violations: [] };
  for await (const batch of conversationBatches(database)) {
    findings.conversations += batch.ids.length;
    findings.messages += batch.messages;
    findings.violations.push(...(await findViolations(database, CONVERSATION_INVARIANTS, batch.ids)));
  }
  for await (const ids of userBatches(database)) {
    findings.users += ids.length;
    findings.violations.push(...(await findViolations(database, USER_INVARIANTS, ids)));
  }
  return findings;
}

async function* conversationBatches(database: Client): AsyncGenerator<{ ids: string[]; messages: number }> {
  const query = `SELECT id, last_seq - first_seq + 1 AS messages FROM conversations
    WHERE deleted_at IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT ${BATCH_SIZE}`;
  for (let lastId: string | undefined; ;) {
    const { rows } = await database.query<{ id: string; messages: string }>(query, [lastId]);
    const batch = { ids: [] as string[], messages: 0 };
    for (const { id, messages } of rows) {
      if (batch.ids.length > 0 && batch.messages + Number(messages) > MAX_BATCH_MESSAGES) break;
      batch.ids.push(id);
      batch.messages += Number(messages);
    }
    if (batch.ids.length === 0) return;
    yield batch;
    lastId = batch.ids.at(-1);
  }
}

async function* userBatches(database: Client): AsyncGenerator<string[]> {
  const query = `SELECT id FROM users WHERE $1::uuid IS NULL OR id > $1 ORDER BY id LIMIT ${BATCH_SIZE}`;
  for (let lastId: string | undefined; ;) {
    const { rows } = await database.query<{ id: string }>(query, [lastId]);
    if (rows.length === 0) return;
    yield rows.map(({ id }) => id);
    lastId = rows.at(-1)!.id;
  }
}

async function findViolations(
  database: Client,
  invariants: Readonly<Record<string, string>>,
  ids: string[],
): Promise<string[]> {
  const violations: string[] = [];
  for (const [invariant, sql] of Object.entries(invariants)) {
    const { rows } = await database.query<[string]>({
      text: `${sql} LIMIT ${MAX_VIOLATIONS}`,
      values: [ids],
      rowMode: 'array',
    });
    violations.push(...rows.map(([details]) => `Violated: ${invariant}: ${details}`));
  }
  return violations;
}

import { Client } from 'pg';
import { markConversationRead } from '../../src/modules/conversations/memberships/memberships.contract.js';
import type { SyncResponseDto } from '../../src/modules/sync/dto/sync.dto.js';
import { getUnread, listConversations } from '../../src/modules/inbox/inbox.contract.js';
import { sync } from '../../src/modules/sync/sync.contract.js';
import { sendMessage } from '../../src/modules/messages/messages.contract.js';
import { EMPTY_STATE, type State } from '@tms/client/state/state';
import { toComparable, syncState } from '../support/events/sync-client.js';
import { expectData, restTransport, type Transport } from '../support/clients/transports.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../support/servers/test-server.js';

const MANY = 10_000;
/** Page size of a sync: 500 requested and at most 50 new conversations. */
const MAX_ON_A_PAGE = 550;

jest.setTimeout(120_000);

describe(`A user in ${MANY} conversations`, () => {
  let server: TestServer;
  let sql: Client;
  let alice: TestUser;
  let bob: TestUser;
  let transport: Transport;
  let state: State;

  beforeAll(async () => {
    server = await startTestServer();
    sql = new Client({ connectionString: server.database.ownerUrl });
    await sql.connect();
    [alice, bob] = [await createUser(server, 'alice'), await createUser(server, 'bob')];
    transport = restTransport(server.url, alice.token);
    await fill(sql, alice.id, bob.id);
  });
  afterAll(async () => {
    await sql.end();
    await server.stop();
  });

  /** Conversation ids, newest first. */
  const ids = async (): Promise<string[]> => {
    const { rows } = await sql.query<{ id: string }>(
      'SELECT id FROM conversations ORDER BY last_activity_at DESC, id DESC',
    );
    return rows.map(({ id }) => id);
  };
  const sendText = (conversationId: string): Promise<unknown> =>
    expectData(restTransport(server.url, bob.token).request(sendMessage, { conversationId, content: 'Now' }));

  it('lists all of them by pages, newest activity first', async () => {
    const listed: string[] = [];
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
      const page = await expectData(transport.request(listConversations, { limit: 100, cursor }));
      listed.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    }
    expect(listed).toEqual(await ids());
    const unread = await expectData(transport.request(getUnread, {}));
    expect([unread.total, unread.conversations.length]).toEqual([MANY, MANY]);
  });

  it('gets all of them in the first sync, newest first, in bounded pages, including one that moves up meanwhile', async () => {
    const inOrder = await ids();
    const [, , ...tail] = inOrder.slice(-5);
    const sizes: number[] = [];
    const firsts: string[] = [];
    const lateSends: Promise<unknown>[] = [];
    state = await syncState(EMPTY_STATE, transport, (page) => {
      sizes.push(page.conversations.length);
      firsts.push(...page.conversations.map(({ conversation }) => conversation.id));
      const late = tail.pop();
      if (late) lateSends.push(sendText(late)); // no longer the oldest
    });
    await Promise.all(lateSends);
    expect(firsts.slice(0, 50)).toEqual(inOrder.slice(0, 50));
    expect([...state.conversations.keys()].sort()).toEqual([...inOrder].sort());
    expect(Math.max(...sizes)).toBeLessThanOrEqual(50);
  });

  it('gets exactly the later changes, 500 requested conversations at a time', async () => {
    state = await syncState(state, transport);
    const all = await ids();
    const active = [all[0]!, all[777]!, all[9_999]!];
    for (const id of active) await sendText(id);
    await expectData(transport.request(markConversationRead, { conversationId: all[5_000]!, seq: 1 }));
    const left = all[3_000]!;
    await sql.query('DELETE FROM conversation_members WHERE conversation_id = $1 AND user_id = $2', [
      left,
      alice.id,
    ]);

    const pages: SyncResponseDto[] = [];
    const after = await syncState(state, transport, (page) => pages.push(page));
    expect(pages).toHaveLength(MANY / 500);
    const changed = new Set(
      pages.flatMap((page) => page.conversations.map(({ conversation }) => conversation.id)),
    );
    expect([...changed].sort()).toEqual([...active, all[5_000]!].sort());
    expect(pages.flatMap(({ removed }) => removed)).toEqual([left]);
    const freshState = await syncState(EMPTY_STATE, transport);
    expect(summary(after)).toEqual(summary(freshState));
  });

  it('gets bounded pages when all of them have changed', async () => {
    await sql.query(`SELECT outcome FROM conversations c CROSS JOIN generate_series(1, 3) AS number,
      LATERAL append_message(gen_random_uuid(), c.id, '${bob.id}', 'text', 'All at once', NULL, NULL, NULL, NULL, NULL, NULL)`);
    const requestedIds = [...state.conversations.keys()].slice(0, 500);
    const page = await expectData(
      transport.request(sync, {
        accountVersion: state.accountVersion,
        conversations: Object.fromEntries(requestedIds.map((id) => [id, 1])),
      }),
    );
    const messages = page.conversations.reduce((sum, entry) => sum + entry.messages.length, 0);
    expect(messages).toBeGreaterThanOrEqual(1_000);
    expect(messages).toBeLessThan(1_200);
    expect(page.conversations.length).toBeLessThan(MAX_ON_A_PAGE);
    expect(page.nextCursor).not.toBeNull();
    expect(page.accountVersion).toBe(state.accountVersion);
    expect(summary(await syncState(state, transport))).toEqual(
      summary(await syncState(EMPTY_STATE, transport)),
    );
  });
});

/** Compared fields, shortened for 10,000 conversations: the newest message of each, without older ones. */
function summary(state: State): unknown {
  const { conversations } = toComparable(state) as { conversations: { conversation: object }[] };
  return {
    accountVersion: state.accountVersion,
    conversations: conversations.map(({ conversation }) => conversation),
  };
}

async function fill(sql: Client, alice: string, bob: string): Promise<void> {
  await sql.query(
    `INSERT INTO conversations (id, type, title, created_by, last_seq, last_main_seq, version, last_activity_at)
     SELECT gen_random_uuid(), 'group', 'Number ' || number, '${bob}', 1, 1, 2, now() - number * interval '1 minute'
     FROM generate_series(1, ${MANY}) AS number`,
  );
  await sql.query(
    `INSERT INTO conversation_members (conversation_id, user_id, role, version)
     SELECT id, '${bob}'::uuid, 'owner', row_number() OVER () FROM conversations
     UNION ALL SELECT id, '${alice}'::uuid, 'member', row_number() OVER () FROM conversations`,
  );
  await sql.query(
    `INSERT INTO messages (id, conversation_id, seq, version, sender_id, content)
     SELECT gen_random_uuid(), id, 1, 2, '${bob}', 'Hello' FROM conversations`,
  );
  await sql.query(`UPDATE users SET account_version = ${MANY} WHERE id IN ('${alice}', '${bob}')`);
  await sql.query('ANALYZE');
}

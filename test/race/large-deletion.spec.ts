import type { Client } from 'pg';
import { listChannels } from '../../src/modules/conversations/conversations.contract.js';
import {
  createConversation,
  deleteConversation,
  getConversation,
  updateConversation,
} from '../../src/modules/conversations/conversations.contract.js';
import { joinConversation, listMembers } from '../../src/modules/conversations/members/members.contract.js';
import { listConversations } from '../../src/modules/inbox/inbox.contract.js';
import { listMessages, sendMessage } from '../../src/modules/messages/messages.contract.js';
import { searchMessages } from '../../src/modules/search/search.contract.js';
import { expectData, Device, expectErrorCode, restTransport } from '../support/clients/transports.js';
import { connect, queryNumber, queryTexts } from '../support/database/sql.js';
import { counts } from '../support/environment/counts.js';
import { waitUntil } from '../support/environment/wait-until.js';
import {
  createUser,
  startTestServer,
  type TestServer,
  type TestUser,
} from '../support/servers/test-server.js';

const { deletedMessages: MESSAGES, deletedReceipts: RECEIPTS } = counts;
/** Milliseconds in which the deletion answers and other sends are stored. */
const LIMIT_MS = 1_000;

jest.setTimeout(60_000 + MESSAGES * 3);

let server: TestServer;
let superuser: Client;
let alice: TestUser;
const members: TestUser[] = [];

beforeAll(async () => {
  server = await startTestServer();
  const url = new URL(process.env.TEST_POSTGRES_URL!);
  superuser = await connect(Object.assign(url, { pathname: `/${server.database.name}` }).toString());
  alice = await createUser(server, 'alice');
  for (let index = 0; index < RECEIPTS; index++) members.push(await createUser(server, `member-${index}`));
});
afterAll(async () => {
  await superuser.end();
  await server.stop();
});

/** A channel whose messages have receipts, search entries, replies in threads, reactions and mentions. */
async function createLargeChannel(): Promise<string> {
  const { id } = await expectData(
    restTransport(server.url, alice.token).request(createConversation, {
      type: 'channel',
      title: 'Large',
      isPrivate: false,
      memberIds: members.map((member) => member.id),
    }),
  );
  const values = [id, alice.id, MESSAGES];
  await superuser.query('SET session_replication_role = replica');
  await superuser.query(
    `INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, reply_to_id, thread_root_id)
     SELECT md5($1::uuid::text || n)::uuid, $1, n, n + 1, $2, 'Line ' || n,
       CASE WHEN n % 10 = 3 THEN md5($1::uuid::text || n - 1)::uuid END, CASE WHEN n % 3 = 2 THEN md5($1::uuid::text || 1)::uuid END
     FROM generate_series(1, $3::int) n`,
    values,
  );
  await superuser.query(
    `INSERT INTO message_status (message_id, user_id, status, delivered_at, read_at)
     SELECT m.id, reader, 'read', now(), now() FROM messages m CROSS JOIN unnest($2::uuid[]) reader
     WHERE m.conversation_id = $1`,
    [id, members.map((member) => member.id)],
  );
  await superuser.query(
    `INSERT INTO message_reactions (message_id, user_id, emoji)
     SELECT id, $2, '👍' FROM messages WHERE conversation_id = $1 AND seq % 5 = 0`,
    values.slice(0, 2),
  );
  await superuser.query(
    `INSERT INTO message_mentions (message_id, user_id, conversation_id, seq, is_thread_reply)
     SELECT id, $2, $1, seq, false FROM messages WHERE conversation_id = $1 AND seq % 5 = 1`,
    values.slice(0, 2),
  );
  await superuser.query(
    `INSERT INTO message_search (message_id, conversation_id, seq, sender_id, type, created_at, terms)
     SELECT id, $1, seq, sender_id, type, created_at, array_to_tsvector(ARRAY[search_prefix($1::uuid, search_block(seq)) || 'line']) FROM messages WHERE conversation_id = $1`,
    [id],
  );
  await superuser.query(
    `INSERT INTO search_blocks SELECT $1, search_block(seq), min(created_at), max(created_at)
     FROM messages WHERE conversation_id = $1 GROUP BY 2`,
    [id],
  );
  await superuser.query(
    `UPDATE conversations SET last_seq = $2::bigint, last_main_seq = $2::bigint, version = $2::bigint + 1 WHERE id = $1`,
    [id, MESSAGES],
  );
  await superuser.query('SET session_replication_role = origin');
  await superuser.query('ANALYZE messages, message_status, message_search');
  return id;
}

describe(`A channel with ${MESSAGES} messages and ${RECEIPTS} receipts each`, () => {
  it('is gone at once for all users, and its rows are deleted without delaying other sends', async () => {
    const conversationId = await createLargeChannel();
    const [member] = members as [TestUser];
    const host = await createUser(server, 'host', { role: 'admin' });
    const owner = restTransport(server.url, alice.token);
    const device = await Device.connect(server.url, member.token);
    const { id: dm } = await expectData(
      device.request(createConversation, { type: 'dm', memberIds: [alice.id] }),
    );

    const startedAt = performance.now();
    await expectData(owner.request(deleteConversation, { conversationId }));
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);

    await device.waitForEvents(1, 'conversation.removed');
    for (const transport of [owner, device, restTransport(server.url, host.token)])
      for (const request of [
        transport.request(updateConversation, { conversationId, title: 'Back?' }),
        transport.request(joinConversation, { conversationId }),
        transport.request(sendMessage, { conversationId, content: 'Hello?' }),
        transport.request(listMessages, { conversationId }),
        transport.request(deleteConversation, { conversationId }),
      ])
        expect(await expectErrorCode(request)).toBe('not_found');
    const rest = restTransport(server.url, host.token);
    for (const request of [
      rest.request(getConversation, { conversationId }),
      rest.request(listMembers, { conversationId }),
    ])
      expect(await expectErrorCode(request)).toBe('not_found');
    for (const each of [owner, rest]) {
      expect((await expectData(each.request(listChannels, {}))).items).toEqual([]);
      expect((await expectData(each.request(searchMessages, { q: 'line' }))).items).toEqual([]);
      const { items } = await expectData(each.request(listConversations, {}));
      expect(items.map(({ id }) => id)).not.toContain(conversationId);
    }

    let slowestMs = 0;
    await waitUntil(
      async () => {
        const sentAt = performance.now();
        await expectData(device.request(sendMessage, { conversationId: dm, content: 'Meanwhile' }));
        slowestMs = Math.max(slowestMs, performance.now() - sentAt);
        return (await queryNumber(superuser, 'SELECT count(*) FROM conversations')) === 1;
      },
      { within: 60_000 + MESSAGES * 2 },
    );
    expect(slowestMs).toBeLessThan(LIMIT_MS);
    const tables = ['message_status', 'message_reactions', 'message_mentions', 'attachment_links'];
    const left = tables.map((table) => `SELECT '${table}' WHERE EXISTS (SELECT FROM ${table})`);
    left.push(`SELECT 'messages' WHERE EXISTS (SELECT FROM messages WHERE conversation_id <> '${dm}')`);
    left.push(
      `SELECT 'message_search' WHERE EXISTS (SELECT FROM message_search WHERE conversation_id <> '${dm}')`,
      `SELECT 'search_blocks' WHERE EXISTS (SELECT FROM search_blocks WHERE conversation_id <> '${dm}')`,
    );
    expect(await queryTexts(superuser, left.join(' UNION ALL '))).toEqual([]);
    device.close();
  });
});

describe('A channel with more members than one transaction removes', () => {
  it('is gone at once for all of them, and each receives the removal', async () => {
    const owner = restTransport(server.url, alice.token);
    const [, last] = members as [TestUser, TestUser]; // removed last, in the order of ids
    const { id: conversationId } = await expectData(
      owner.request(createConversation, { type: 'channel', title: 'Wide', memberIds: [last.id] }),
    );
    await superuser.query(
      `WITH added AS (
         INSERT INTO users (id, tms_user_id)
         SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'wide-' || n FROM generate_series(1, 6000) n
         RETURNING id
       ) INSERT INTO conversation_members (conversation_id, user_id) SELECT $1, id FROM added`,
      [conversationId],
    );
    const device = await Device.connect(server.url, last.token);
    await expectData(owner.request(deleteConversation, { conversationId }));
    expect(await expectErrorCode(device.request(listMessages, { conversationId }))).toBe('not_found');
    const { items } = await expectData(restTransport(server.url, last.token).request(listConversations, {}));
    expect(items.map(({ id }) => id)).not.toContain(conversationId);
    await device.waitForEvents(1, 'conversation.removed');
    await waitUntil(async () => (await count('conversations', 'id', conversationId)) === 0);
    expect(await count('conversation_members', 'conversation_id', conversationId)).toBe(0);
    const counted = `SELECT count(*) FROM users WHERE tms_user_id LIKE 'wide-%' AND account_version = 1`;
    expect(await queryNumber(superuser, counted)).toBe(6_000);
    device.close();
  });

  it('is gone at once when its members follow more threads than one transaction deletes', async () => {
    const owner = restTransport(server.url, alice.token);
    const memberIds = members.slice(0, 3).map(({ id }) => id);
    const { id: conversationId } = await expectData(
      owner.request(createConversation, { type: 'group', title: 'Threads', memberIds }),
    );
    await superuser.query('SET session_replication_role = replica');
    await superuser.query(
      `WITH root AS (
         INSERT INTO messages (id, conversation_id, seq, version, sender_id, content)
         SELECT md5($1::uuid::text || n)::uuid, $1, n, n + 1, $2, 'Root ' || n FROM generate_series(1, 4000) n RETURNING id
       ) INSERT INTO thread_subscriptions (thread_root_id, user_id, conversation_id, following, last_read_seq, subscribed_seq, version)
       SELECT root.id, follower, $1, true, 0, 0, 1 FROM root CROSS JOIN unnest($3::uuid[]) follower`,
      [conversationId, alice.id, memberIds],
    );
    await superuser.query('SET session_replication_role = origin');
    const device = await Device.connect(server.url, members[0]!.token);
    const startedAt = performance.now();
    await expectData(owner.request(deleteConversation, { conversationId }));
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
    expect(await expectErrorCode(device.request(listMessages, { conversationId }))).toBe('not_found');
    expect((await expectData(owner.request(listConversations, {}))).items.map(({ id }) => id)).not.toContain(
      conversationId,
    );
    await device.waitForEvents(1, 'conversation.removed');
    await waitUntil(async () => (await count('conversations', 'id', conversationId)) === 0);
    expect(await count('thread_subscriptions', 'conversation_id', conversationId)).toBe(0);
    device.close();
  });

  function count(table: string, column: string, id: string): Promise<number> {
    return queryNumber(superuser, `SELECT count(*) FROM ${table} WHERE ${column} = $1`, [id]);
  }
});

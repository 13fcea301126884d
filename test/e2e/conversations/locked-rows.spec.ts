import type { Client } from 'pg';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { addMembers, removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import {
  markConversationRead,
  updateMembership,
} from '../../../src/modules/conversations/memberships/memberships.contract.js';
import { saveDraft } from '../../../src/modules/drafts/drafts.contract.js';
import { listConversations } from '../../../src/modules/inbox/inbox.contract.js';
import { editMessage, listMessages, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { addReaction } from '../../../src/modules/messages/reactions/reactions.contract.js';
import { getSelf, updateUser } from '../../../src/modules/users/users.contract.js';
import { readHistory } from '../../support/clients/read-history.js';
import {
  expectData,
  Device,
  restTransport,
  type Answer,
  type Transport,
} from '../../support/clients/transports.js';
import { expectInvariants } from '../../support/concurrency/invariants.js';
import { connect, queryNumber, queryTexts } from '../../support/database/sql.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import { createTestPoll, vote } from '../../support/features/poll-commands.js';
import { sharedServer } from '../../support/servers/shared-server.js';
import { createUser, type TestServer } from '../../support/servers/test-server.js';

const POOL_SIZE = 10;
const MUTATIONS = 200;
const SOCKETS = 4;

interface User {
  id: string;
  rest: Transport;
  device: Device;
}

let server: TestServer;
let locker: Client;
let observer: Client;
let alice: User;
let bob: User;
let carol: User;
const devices: Device[] = [];

beforeAll(async () => {
  server = await sharedServer({ databasePoolSize: POOL_SIZE });
  [alice, bob, carol] = [await join('alice'), await join('bob'), await join('carol')];
});
beforeEach(async () => {
  locker = await connect(server.database.ownerUrl);
  observer = await connect(process.env.TEST_POSTGRES_URL!);
});
afterEach(async () => {
  await Promise.all([locker.end(), observer.end()]);
});
afterAll(() => devices.forEach((device) => device.close()));

async function join(name: string): Promise<User> {
  const { id, token } = await createUser(server, name);
  return { id, rest: restTransport(server.url, token), device: await connectDevice(token) };
}

async function connectDevice(token: string): Promise<Device> {
  const device = await Device.connect(server.url, token);
  devices.push(device);
  return device;
}

/** Locks a row until the end of the test or the next unlock. */
async function lockRow(table: string, id: string): Promise<void> {
  await locker.query('BEGIN');
  await locker.query(`SELECT FROM ${table} WHERE id = $1 FOR UPDATE`, [id]);
}

/** Number of connections of the server that run a statement or hold a transaction open. */
function countBusyConnections(onlyWaiting = false): Promise<number> {
  return queryNumber(
    observer,
    `SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND usename = 'messaging_app'
     AND ${onlyWaiting ? `wait_event_type = 'Lock'` : `state <> 'idle'`}`,
    [server.database.name],
  );
}

/** Requests of other users, which do not wait for the locked row. */
async function useServer(conversationId: string): Promise<void> {
  for (const transport of [bob.rest, bob.device]) {
    const sent = await expectData(transport.request(sendMessage, { conversationId, content: 'Meanwhile' }));
    await expectData(transport.request(addReaction, { messageId: sent.id, emoji: '👍' }));
    await expectData(transport.request(markConversationRead, { conversationId, seq: sent.seq }));
    await expectData(transport.request(listMessages, { conversationId }));
  }
  await expectData(bob.rest.request(getSelf, {}));
  await expectData(carol.rest.request(listConversations, {}));
  await expectData(carol.rest.request(createConversation, { type: 'group', memberIds: [bob.id] }));
}

/** Succeeded answers; each of the others is 503 with a time for the retry, or concerns a user that was no member. */
function successesOf(answers: Answer<unknown>[]): unknown[] {
  return answers.flatMap((answer) => {
    if (answer.ok) return [answer.data];
    if (answer.error.code === 'not_found') return [];
    expect(answer.error).toMatchObject({ code: 'service_unavailable', status: 503 });
    expect(answer.error.retryAfterMs).toBeGreaterThan(0);
    return [];
  });
}

describe('A conversation locked by another transaction', () => {
  it('with 200 waiting mutations occupies one connection, delays no other request, and loses nothing', async () => {
    const { id: dm } = await expectData(
      bob.rest.request(createConversation, { type: 'dm', memberIds: [carol.id] }),
    );
    const { id: conversationId } = await expectData(
      alice.rest.request(createConversation, { type: 'group', memberIds: [bob.id] }),
    );
    const root = await expectData(alice.rest.request(sendMessage, { conversationId, content: 'Root' }));
    const poll = await createTestPoll({ transport: alice.rest }, conversationId);
    const token = (alice.device.socket.auth as { token: string }).token;
    const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => connectDevice(token)));
    const mutate = (index: number): Promise<Answer<unknown>> => {
      const transport = index % 10 === 0 ? sockets[(index / 10) % SOCKETS]! : alice.rest;
      const content = `Number ${index}`;
      const kinds: (() => Promise<Answer<unknown>>)[] = [
        () => transport.request(sendMessage, { conversationId, content }),
        () => transport.request(addReaction, { messageId: root.id, emoji: ['👍', '🎉', '🚀'][index % 3] }),
        () => transport.request(sendMessage, { conversationId, content, threadRootId: root.id }),
        () => vote({ transport }, poll.pollId, poll.options[index % 3]),
        () => transport.request(editMessage, { messageId: root.id, content }),
        () => transport.request(addMembers, { conversationId, userIds: [carol.id] }),
        () => transport.request(removeMember, { conversationId, userId: carol.id }),
      ];
      return kinds[index % kinds.length]!();
    };

    await lockRow('conversations', conversationId);
    let answered = 0;
    const pending = Promise.all(
      Array.from({ length: MUTATIONS }, (_item, index) => mutate(index).finally(() => answered++)),
    );
    await waitUntil(async () => (await countBusyConnections(true)) > 0);
    await useServer(dm);
    expect(answered).toBe(0);
    expect(await countBusyConnections()).toBeLessThanOrEqual(POOL_SIZE - 4);
    expect(await countBusyConnections(true)).toBe(1);
    await locker.query('ROLLBACK');

    const answers = await pending;
    const sent = successesOf(answers) as { id?: string; content?: string }[];
    const sentIds = sent.filter(({ id, content }) => id !== root.id && content?.startsWith('Number'));
    const stored = `SELECT id::text FROM messages WHERE conversation_id = $1 AND id <> $2 AND content LIKE 'Number %'`;
    expect((await queryTexts(locker, stored, [conversationId, root.id])).sort()).toEqual(
      sentIds.map(({ id }) => id).sort(),
    );
    await expectInvariants(locker);
  });

  it('is reported as 503 with a retry time to all who wait for it too long, and nothing changes', async () => {
    const { id: conversationId } = await expectData(
      alice.rest.request(createConversation, { type: 'group', memberIds: [bob.id] }),
    );
    const message = await expectData(alice.rest.request(sendMessage, { conversationId, content: 'Before' }));
    await lockRow('conversations', conversationId);
    const answers = await Promise.all(
      [alice.rest, alice.device].flatMap((transport) => [
        transport.request(editMessage, { messageId: message.id, content: 'After' }),
        transport.request(sendMessage, { conversationId, content: 'After' }),
        transport.request(removeMember, { conversationId, userId: bob.id }),
      ]),
    );
    await locker.query('ROLLBACK');
    expect(successesOf(answers)).toEqual([]);
    expect(await readHistory(alice.rest, conversationId)).toEqual([message]);
    await expectData(alice.rest.request(editMessage, { messageId: message.id, content: 'After' }));
  });
});

describe('A user locked by another transaction', () => {
  it('with many waiting changes of its account occupies one connection and delays no other user', async () => {
    const { id: dm } = await expectData(
      bob.rest.request(createConversation, { type: 'dm', memberIds: [carol.id] }),
    );
    const { id: conversationId } = await expectData(
      alice.rest.request(createConversation, { type: 'group', memberIds: [carol.id] }),
    );
    const { seq } = await expectData(alice.rest.request(sendMessage, { conversationId, content: 'Read me' }));
    const changes: ((index: number) => Promise<Answer<unknown>>)[] = [
      (index) => alice.rest.request(saveDraft, { conversationId, content: `Draft ${index}` }),
      () => alice.rest.request(markConversationRead, { conversationId, seq }),
      (index) => alice.rest.request(updateMembership, { conversationId, pinned: index % 2 === 0 }),
      (index) => alice.rest.request(updateUser, { userId: 'me', displayName: `Alice ${index}` }),
    ];
    await locker.query('BEGIN');
    await locker.query('SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE', [alice.id]);
    const pending = Promise.all(
      Array.from({ length: 40 }, (_item, index) => changes[index % changes.length]!(index)),
    );
    await waitUntil(async () => (await countBusyConnections(true)) > 0);
    await useServer(dm);
    expect(await countBusyConnections(true)).toBe(1);
    await locker.query('ROLLBACK');
    expect(successesOf(await pending).length).toBeGreaterThan(0);
  });
});

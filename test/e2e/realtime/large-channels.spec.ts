import { Publisher } from '../../../src/kernel/realtime/publisher.js';
import { RecipientResolver } from '../../../src/kernel/realtime/recipient-resolver.js';
import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import {
  joinConversation,
  removeMember,
} from '../../../src/modules/conversations/members/members.contract.js';
import { MembersRepository } from '../../../src/modules/conversations/members/members.repository.js';
import { markConversationRead } from '../../../src/modules/conversations/memberships/memberships.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { editMessage, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { addReaction } from '../../../src/modules/messages/reactions/reactions.contract.js';
import { startTyping } from '../../../src/modules/typing/typing.contract.js';
import { Device, expectData, restTransport, type Transport } from '../../support/clients/transports.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { findServerSockets } from '../../support/servers/server-sockets.js';
import { sharedServer } from '../../support/servers/shared-server.js';
import { createUser, type TestServer, type TestUser } from '../../support/servers/test-server.js';

/** More members than a list of all members may have. */
const CROWD = 1_200;
/** Typing indicators and receipts for any number of members. */
const SETTINGS = { typingMaxMembers: 0, receiptsMaxMembers: 0 };

interface ConnectedUser extends TestUser {
  device: Device;
}

let server: TestServer;
let conversationId: string;
let alice: ConnectedUser;
let bob: ConnectedUser;
let carol: TestUser;
let devices: Device[];
let userCount = 0;

describe.each(['rest', 'socket'] as const)('A channel with 1,200 members, written over %s,', (transport) => {
  beforeEach(async () => {
    server = await sharedServer(SETTINGS);
    devices = [];
    [alice, bob] = [await join('alice'), await join('bob')];
    carol = await createUser(server, `carol-${++userCount}`);
    const input = { type: 'channel', title: 'Crowd', isPrivate: false, memberIds: [bob.id, carol.id] };
    conversationId = (await expectData(alice.device.request(createConversation, input))).id;
    await query(
      server.database.ownerUrl,
      `WITH crowd AS (
         INSERT INTO users (id, tms_user_id) SELECT gen_random_uuid(), 'crowd-' || n FROM generate_series(1, ${CROWD}) n RETURNING id
       ) INSERT INTO conversation_members (conversation_id, user_id) SELECT '${conversationId}', id FROM crowd`,
    );
    forgetMembers();
  });
  afterEach(() => {
    jest.restoreAllMocks();
    devices.forEach((device) => device.close());
  });

  it('sends each event to the rooms of its connected members only, without a query for each event', async () => {
    await expectReceived(await send('First'), alice, bob);
    const [rooms, queries] = [spyOnRooms(), spyOnQueries()];
    const message = await send('Second');
    await expectReceived(message, alice, bob);
    await expectData(requestAs(bob).request(addReaction, { messageId: message.id, emoji: '👍' }));
    await expectData(requestAs(alice).request(editMessage, { messageId: message.id, content: 'Changed' }));
    await expectData(bob.device.request(startTyping, { conversationId }));
    await expectData(requestAs(bob).request(markConversationRead, { conversationId, seq: message.seq }));
    for (const name of ['message.updated', 'typing.updated', 'receipt.updated'])
      await alice.device.waitForEvents(1, name);
    await bob.device.waitForEvents(1, 'receipt.updated');
    expect(await namesOf(bob)).not.toContain('typing.updated');
    for (const room of rooms()) expect([alice.id, bob.id]).toContain(room);
    expect(queries()).toBe(0);
  });

  it('reaches members that connect after the first event, and those that connect again', async () => {
    await expectReceived(await send('First'), alice, bob);
    const late = { ...carol, device: await connect(carol.token) };
    await expectReceived(await send('Second'), alice, bob, late);
    bob.device.close();
    await waitUntil(() => findServerSockets(server).length === 2);
    await expectReceived(await send('Third'), alice, late);
    bob = { ...bob, device: await connect(bob.token) };
    const messages = await Promise.all([send('Fourth'), send('Fifth'), send('Sixth')]);
    for (const message of messages) await expectReceived(message, alice, bob, late);
  });

  it('reaches a member that connects while the members are read', async () => {
    const members = server.app.get(MembersRepository);
    const original = members.getMembersAmong.bind(members);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const reading = jest.spyOn(members, 'getMembersAmong').mockImplementationOnce(async (...query) => {
      const list = await original(...query);
      await released;
      return list;
    });
    const first = await send('First');
    await waitUntil(() => reading.mock.calls.length > 0);
    const late = { ...carol, device: await connect(carol.token) };
    const second = await send('Second');
    release();
    await expectReceived(first, alice, bob);
    await expectReceived(second, alice, bob, late);
  });

  it('reaches users from their joining until their removal', async () => {
    const dave = await join('dave');
    await send('First');
    await expectData(requestAs(dave).request(joinConversation, { conversationId }));
    await expectReceived(await send('Second'), alice, bob, dave);
    expect((await alice.device.waitForEvents(1, 'member.added'))[0]).toMatchObject({
      memberCount: CROWD + 4,
    });
    const queries = spyOnQueries();
    await expectData(requestAs(alice).request(removeMember, { conversationId, userId: dave.id }));
    expect((await bob.device.waitForEvents(1, 'member.removed'))[0]).toMatchObject({
      memberCount: CROWD + 3,
    });
    await expectReceived(await send('Third'), alice, bob);
    expect(await contentsOf(dave)).toEqual(['Second']);
    expect(queries()).toBe(0);
  });

  it('excludes a member that was removed while the members were not read', async () => {
    await send('First');
    const rest = restTransport(server.url, alice.token);
    const removed = { ...carol, device: await connect(carol.token) };
    await expectData(rest.request(removeMember, { conversationId, userId: carol.id }));
    forgetMembers();
    await expectReceived(await send('Second'), alice, bob);
    expect(await contentsOf(removed)).not.toContain('Second');
  });

  it('hides typing from a blocked user', async () => {
    await expectData(requestAs(alice).request(addBlock, { userId: bob.id }));
    const late = { ...carol, device: await connect(carol.token) };
    await expectData(alice.device.request(startTyping, { conversationId }));
    await late.device.waitForEvents(1, 'typing.updated');
    expect(await namesOf(bob)).not.toContain('typing.updated');
  });

  function requestAs({ token, device }: ConnectedUser): Transport {
    return transport === 'rest' ? restTransport(server.url, token) : device;
  }

  function send(content: string): Promise<MessageDto> {
    return expectData(requestAs(alice).request(sendMessage, { conversationId, content }));
  }
});

async function join(name: string): Promise<ConnectedUser> {
  const user = await createUser(server, `${name}-${++userCount}`);
  return { ...user, device: await connect(user.token) };
}

async function connect(token: string): Promise<Device> {
  const device = await Device.connect(server.url, token);
  devices.push(device);
  return device;
}

async function expectReceived({ id }: MessageDto, ...users: ConnectedUser[]): Promise<void> {
  for (const { device } of users)
    await waitUntil(() =>
      device.events.some(({ name, payload }) => name === 'message.new' && payload.id === id),
    );
}

async function namesOf({ device }: ConnectedUser): Promise<string[]> {
  await device.settleEvents();
  return device.events.map(({ name }) => name);
}

async function contentsOf({ device }: ConnectedUser): Promise<unknown[]> {
  await device.settleEvents();
  return device.events.filter(({ name }) => name === 'message.new').map(({ payload }) => payload.content);
}

/** The state of a node that has not read the members of any conversation. */
function forgetMembers(): void {
  server.app.get<unknown, { cache: Map<string, object> }>(RecipientResolver).cache.clear();
}

/** Rooms that events are sent to from now on. */
function spyOnRooms(): () => string[] {
  const { server: io } = server.app.get<unknown, { server: { to(rooms: string[]): object } }>(Publisher);
  const { mock } = jest.spyOn(io, 'to');
  return () => mock.calls.flat(2);
}

/** Number of queries for members from now on. */
function spyOnQueries(): () => number {
  const members = server.app.get(MembersRepository);
  const spies = [jest.spyOn(members, 'findMemberList'), jest.spyOn(members, 'getMembersAmong')];
  return () => spies.reduce((count, { mock }) => count + mock.calls.length, 0);
}

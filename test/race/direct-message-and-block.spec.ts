import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import type { ConversationDto } from '../../src/modules/conversations/dto/conversation.dto.js';
import { expectData, Device, restTransport, type Answer } from '../support/clients/transports.js';
import { query } from '../support/servers/embedded-postgres-fixture.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../support/servers/test-server.js';

const NAMES = ['alice', 'bob', 'carol', 'dave'];

describe.each(['rest', 'socket'] as const)('The clientId of a DM over %s', (name) => {
  let server: TestServer;
  let users: TestUser[];
  let devices: Device[];

  beforeAll(async () => {
    server = await startTestServer();
    users = await Promise.all(NAMES.map((each) => createUser(server, each)));
    devices = await Promise.all(users.map(({ token }) => Device.connect(server.url, token)));
  });
  afterAll(async () => {
    devices.forEach((device) => device.close());
    await server.stop();
  });

  function create(peer: TestUser, clientId?: string): Promise<Answer<ConversationDto>> {
    const transport = name === 'rest' ? restTransport(server.url, users[0]!.token) : devices[0]!;
    return transport.request(createConversation, { type: 'dm', memberIds: [peer.id], clientId });
  }

  it('creates one conversation, and a block never hides an existing DM', async () => {
    const [, bob, carol, dave] = users as [TestUser, TestUser, TestUser, TestUser];
    const withBob = await expectData(create(bob));
    expect((await expectData(create(bob, 'X'))).id).toBe(withBob.id);
    const withCarol = await expectData(create(carol, 'X'));
    expect(withCarol.id).not.toBe(withBob.id);
    expect(withCarol.members.map(({ userId }) => userId)).toContain(carol.id);
    expect((await expectData(create(bob, 'X'))).id).toBe(withBob.id);
    expect((await expectData(create(carol, 'X'))).id).toBe(withCarol.id);
    expect(await create(dave, 'X')).toMatchObject({
      ok: false,
      error: { code: 'client_id_reused', status: 409 },
    });

    const rows = await query<{ id: string }>(server.database.ownerUrl, 'SELECT id FROM conversations');
    expect(rows.map(({ id }) => id).sort()).toEqual([withBob.id, withCarol.id].sort());
    await devices[0]!.waitForEvents(2, 'conversation.new');
    expect(devices.map(({ events }) => events.length)).toEqual([2, 1, 1, 0]);
  });
});

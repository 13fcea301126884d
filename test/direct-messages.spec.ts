import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import type { ConversationDto } from '../src/modules/conversations/dto/conversation.dto.js';
import { data, Device, restDoor, type Answer } from './setup/doors.js';
import { query } from './setup/embedded-fixture.js';
import { person, startTestServer, type Person, type TestServer } from './setup/server.js';

const NAMES = ['alice', 'bob', 'carol', 'dave'];

describe.each(['rest', 'socket'] as const)('The clientId of a DM over %s', (name) => {
  let server: TestServer;
  let people: Person[];
  let devices: Device[];

  beforeAll(async () => {
    server = await startTestServer();
    people = await Promise.all(NAMES.map((each) => person(server, each)));
    devices = await Promise.all(people.map(({ token }) => Device.connect(server.url, token)));
  });
  afterAll(async () => {
    devices.forEach((device) => device.close());
    await server.stop();
  });

  function create(peer: Person, clientId?: string): Promise<Answer<ConversationDto>> {
    const door = name === 'rest' ? restDoor(server.url, people[0]!.token) : devices[0]!;
    return door.ask(createConversation, { type: 'dm', memberIds: [peer.id], clientId });
  }

  it('makes one conversation, and never keeps anybody from a DM that is there', async () => {
    const [, bob, carol, dave] = people as [Person, Person, Person, Person];
    const withBob = await data(create(bob));
    expect((await data(create(bob, 'X'))).id).toBe(withBob.id);
    const withCarol = await data(create(carol, 'X'));
    expect(withCarol.id).not.toBe(withBob.id);
    expect(withCarol.members.map(({ userId }) => userId)).toContain(carol.id);
    expect((await data(create(bob, 'X'))).id).toBe(withBob.id);
    expect((await data(create(carol, 'X'))).id).toBe(withCarol.id);
    expect(await create(dave, 'X')).toMatchObject({
      ok: false,
      error: { code: 'client_id_reused', status: 409 },
    });

    const rows = await query<{ id: string }>(server.database.ownerUrl, 'SELECT id FROM conversations');
    expect(rows.map(({ id }) => id).sort()).toEqual([withBob.id, withCarol.id].sort());
    await devices[0]!.hear(2, 'conversation.new');
    expect(devices.map(({ heard }) => heard.length)).toEqual([2, 1, 1, 0]);
  });
});

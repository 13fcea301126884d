import { setTimeout as sleep } from 'node:timers/promises';
import { jwtVerify } from 'jose';
import { acceptCall, endCall, leaveCall, startCall } from '../src/modules/calls/calls.contract.js';
import { issueToken } from '../src/modules/calls/media/media.contract.js';
import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import { removeMember } from '../src/modules/conversations/members.contract.js';
import { bothWays } from './proof/both-ways.js';
import { accept, end, leave, start } from './proof/calling.js';
import { data, Device, refusal } from './setup/doors.js';
import { KEY, MediaHost, SECRET } from './setup/media-host.js';
import { captureOutput } from './setup/output.js';
import { person, startTestServer, type Person, type TestServer } from './setup/server.js';
import { until } from './setup/until.js';

/** So that three are too many to connect to each other. */
const SMALL = { callMeshMax: 2 };
const LIVEKIT = { ...SMALL, livekitUrl: 'wss://media.example', livekitApiKey: KEY, livekitApiSecret: SECRET };
const CALM_MS = 100;
const LOOK_AGAIN_MS = 130_000;

bothWays(
  'A token for the media server is for who is in a large call, for its room, and for a minute',
  async ({ alice, bob, carol, group }) => {
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const call = await data(start(alice, conversationId));
    await data(accept(bob, call));
    const callId = call.id;
    expect(call.media).toBe('sfu');
    const { url, token, expiresAt } = await data(bob.door.ask(issueToken, { callId }));
    expect(url).toBe(LIVEKIT.livekitUrl);
    const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(SECRET), {
      issuer: KEY,
    });
    const { exp, nbf, ...claims } = payload;
    expect(protectedHeader.alg).toBe('HS256');
    expect(claims).toEqual({
      iss: KEY,
      sub: bob.id,
      video: { room: callId, roomJoin: true, canPublish: true, canSubscribe: true },
    });
    const lasts = [exp! - nbf!, exp! - Date.parse(expiresAt) / 1_000];
    expect([lasts[0]! <= 61, lasts[1]! >= 0 && lasts[1]! <= 1]).toEqual([true, true]);

    expect(await refusal(carol.door.ask(issueToken, { callId }))).toBe('not_in_call');
    await data(leave(bob, call));
    expect(await refusal(bob.door.ask(issueToken, { callId }))).toBe('not_in_call');
    await data(end(alice, call));
    for (const one of [alice, bob, carol])
      expect(await refusal(one.door.ask(issueToken, { callId }))).toBe('call_ended');
    const dm = await data(alice.door.ask(createConversation, { type: 'dm', memberIds: [bob.id] }));
    const another = await data(start(alice, dm.id));
    expect(another.media).toBe('mesh');
    expect(await refusal(alice.door.ask(issueToken, { callId: another.id }))).toBe('wrong_media');
    expect(await refusal(carol.door.ask(issueToken, { callId: another.id }))).toBe('not_found');
  },
  LIVEKIT,
);

bothWays(
  'Without a media server there is no token and no large call, and it is said so',
  async ({ alice, bob, carol, group }) => {
    const call = await data(start(alice, await group({ memberIds: [bob.id, carol.id] })));
    expect(call.media).toBe('mesh');
    await data(accept(bob, call));
    expect(await refusal(alice.door.ask(issueToken, { callId: call.id }))).toBe('no_media_server');
    expect(await refusal(accept(carol, call))).toBe('call_full');
  },
  SMALL,
);

describe('The room of a large call', () => {
  let host: MediaHost;
  let server: TestServer;
  let people: Record<'alice' | 'bob' | 'carol', Person & { device: Device }>;
  let conversationId: string;
  let callId: string;

  beforeEach(async () => {
    host = await MediaHost.open();
    server = await startTestServer({ ...host.settings, ...SMALL, logLevel: 'warn' });
    const [alice, bob, carol] = [await join('alice'), await join('bob'), await join('carol')];
    people = { alice, bob, carol };
    const input = { type: 'group', memberIds: [bob.id, carol.id] };
    conversationId = (await data(alice.device.ask(createConversation, input))).id;
    callId = (await data(alice.device.ask(startCall, { conversationId, type: 'voice' }))).id;
    for (const { device } of [bob, carol]) await data(device.ask(acceptCall, { callId }));
    host.inside = [alice.id, bob.id, carol.id, 'a recorder'];
    await quiet();
    host.asked.length = 0;
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    Object.values(people).forEach(({ device }) => device.close());
    await server.stop();
    await host.close();
  });

  async function join(name: string): Promise<Person & { device: Device }> {
    const somebody = await person(server, name);
    return { ...somebody, device: await Device.connect(server.url, somebody.token) };
  }

  async function quiet(): Promise<void> {
    for (let before = -1; before < host.asked.length; await sleep(CALM_MS)) before = host.asked.length;
  }

  it('is left by who leaves the call, and by nobody else', async () => {
    const { alice, bob, carol } = people;
    await data(bob.device.ask(leaveCall, { callId }));
    await until(() => !host.inside.includes(bob.id));
    await quiet();
    expect(host.inside).toEqual([alice.id, carol.id, 'a recorder']);
    const [removal, ...others] = host.asked.filter(({ method }) => method === 'RemoveParticipant');
    expect(removal).toMatchObject({
      input: { room: callId, identity: bob.id, revokeTokenTs: expect.stringMatching(/^\d{10}$/) as string },
      grants: { roomAdmin: true, room: callId },
    });
    expect(others).toEqual([]);
  });

  it('is left by who is removed from the conversation', async () => {
    const { alice, bob } = people;
    await data(alice.device.ask(removeMember, { conversationId, userId: bob.id }));
    await until(() => !host.inside.includes(bob.id));
  });

  it('may be entered again by who comes back', async () => {
    const { bob } = people;
    await data(bob.device.ask(leaveCall, { callId }));
    await until(() => !host.inside.includes(bob.id));
    await data(bob.device.ask(acceptCall, { callId }));
    host.inside.push(bob.id);
    await quiet();
    expect(host.inside).toContain(bob.id);
  });

  it('is closed when the call ends', async () => {
    await data(people.alice.device.ask(endCall, { callId }));
    await until(() => host.inside.length === 0);
    expect(host.inputsOf('DeleteRoom')).toEqual([{ room: callId }]);
  });

  it('is looked at once more when the last token from before is good no more', async () => {
    const { bob } = people;
    const timers = jest.spyOn(globalThis, 'setTimeout');
    await data(bob.device.ask(leaveCall, { callId }));
    await until(() => !host.inside.includes(bob.id));
    await quiet();
    host.inside.push(bob.id); // with a token that was not used until now
    const later = timers.mock.calls.filter(([, delay]) => delay === LOOK_AGAIN_MS);
    expect(later).toHaveLength(1);
    later[0]![0]();
    await until(() => !host.inside.includes(bob.id));
  });

  it.each(['silent', 500, 404] as const)('holds nobody up when its server is %s', async (fault) => {
    const output = captureOutput();
    try {
      host.fault = fault;
      await data(people.bob.device.ask(leaveCall, { callId }));
      await until(() => host.asked.length === 1);
      host.fault = undefined;
      await data(people.carol.device.ask(leaveCall, { callId }));
      await until(() => !host.inside.includes(people.bob.id) && !host.inside.includes(people.carol.id));
    } finally {
      output.restore();
    }
    const written = output.lines.join('');
    expect(written.includes('The media server did not do as told')).toBe(fault !== 404);
    expect(written).not.toContain(SECRET);
  });

  it('is not there for a small call', async () => {
    const { alice, bob } = people;
    for (const { device } of Object.values(people)) await device.ask(leaveCall, { callId });
    await quiet();
    host.asked.length = 0;
    const dm = await data(alice.device.ask(createConversation, { type: 'dm', memberIds: [bob.id] }));
    const small = await data(alice.device.ask(startCall, { conversationId: dm.id, type: 'voice' }));
    await data(bob.device.ask(acceptCall, { callId: small.id }));
    await data(bob.device.ask(leaveCall, { callId: small.id }));
    await quiet();
    expect(host.asked).toEqual([]);
  });
});

import { LivekitRoomsService } from '../../../src/modules/calls/rtc/livekit-rooms.service.js';
import { jwtVerify } from 'jose';
import { acceptCall, endCall, leaveCall, startCall } from '../../../src/modules/calls/calls.contract.js';
import { issueCallToken } from '../../../src/modules/calls/rtc/rtc.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import { accept, end, leave, start } from '../../support/features/call-commands.js';
import { expectData, Device, expectErrorCode } from '../../support/clients/transports.js';
import { LIVEKIT_API_KEY, LiveKitServer, LIVEKIT_API_SECRET } from '../../support/servers/livekit-server.js';
import { captureOutput } from '../../support/environment/captured-output.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

/** Mesh limit that three participants exceed. */
const SMALL = { callMeshMax: 2 };
const LIVEKIT = {
  ...SMALL,
  livekitUrl: 'wss://media.example',
  livekitApiKey: LIVEKIT_API_KEY,
  livekitApiSecret: LIVEKIT_API_SECRET,
};
const RETRY_INTERVAL_MS = 130_000;

bothTransports(
  'A token of the media server requires a large call, and is valid for its room and for one minute',
  async ({ alice, bob, carol, group }) => {
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const call = await expectData(start(alice, conversationId));
    await expectData(accept(bob, call));
    const callId = call.id;
    expect(call.topology).toBe('sfu');
    const { url, token, expiresAt } = await expectData(bob.transport.request(issueCallToken, { callId }));
    expect(url).toBe(LIVEKIT.livekitUrl);
    const { payload, protectedHeader } = await jwtVerify(
      token,
      new TextEncoder().encode(LIVEKIT_API_SECRET),
      {
        issuer: LIVEKIT_API_KEY,
      },
    );
    const { exp, nbf, ...claims } = payload;
    expect(protectedHeader.alg).toBe('HS256');
    expect(claims).toEqual({
      iss: LIVEKIT_API_KEY,
      sub: bob.id,
      video: { room: callId, roomJoin: true, canPublish: true, canSubscribe: true },
    });
    const validity = [exp! - nbf!, exp! - Date.parse(expiresAt) / 1_000];
    expect([validity[0]! <= 61, validity[1]! >= 0 && validity[1]! <= 1]).toEqual([true, true]);

    expect(await expectErrorCode(carol.transport.request(issueCallToken, { callId }))).toBe('not_in_call');
    await expectData(leave(bob, call));
    expect(await expectErrorCode(bob.transport.request(issueCallToken, { callId }))).toBe('not_in_call');
    await expectData(end(alice, call));
    for (const one of [alice, bob, carol])
      expect(await expectErrorCode(one.transport.request(issueCallToken, { callId }))).toBe('call_ended');
    const dm = await expectData(
      alice.transport.request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    const another = await expectData(start(alice, dm.id));
    expect(another.topology).toBe('mesh');
    expect(await expectErrorCode(alice.transport.request(issueCallToken, { callId: another.id }))).toBe(
      'wrong_topology',
    );
    expect(await expectErrorCode(carol.transport.request(issueCallToken, { callId: another.id }))).toBe(
      'not_found',
    );
  },
  LIVEKIT,
);

bothTransports(
  'Without a media server, tokens and large calls are rejected with their own error',
  async ({ alice, bob, carol, group }) => {
    const call = await expectData(start(alice, await group({ memberIds: [bob.id, carol.id] })));
    expect(call.topology).toBe('mesh');
    await expectData(accept(bob, call));
    expect(await expectErrorCode(alice.transport.request(issueCallToken, { callId: call.id }))).toBe(
      'no_media_server',
    );
    expect(await expectErrorCode(accept(carol, call))).toBe('call_full');
  },
  SMALL,
);

describe('The room of a large call', () => {
  let host: LiveKitServer;
  let server: TestServer;
  let users: Record<'alice' | 'bob' | 'carol', TestUser & { device: Device }>;
  let conversationId: string;
  let callId: string;

  beforeEach(async () => {
    host = await LiveKitServer.open();
    server = await startTestServer({ ...host.settings, ...SMALL, logLevel: 'warn' });
    const [alice, bob, carol] = [await join('alice'), await join('bob'), await join('carol')];
    users = { alice, bob, carol };
    const input = { type: 'group', memberIds: [bob.id, carol.id] };
    conversationId = (await expectData(alice.device.request(createConversation, input))).id;
    callId = (await expectData(alice.device.request(startCall, { conversationId, type: 'voice' }))).id;
    for (const { device } of [bob, carol]) await expectData(device.request(acceptCall, { callId }));
    host.participants = [alice.id, bob.id, carol.id, 'a recorder'];
    await waitUntilIdle();
    host.requests.length = 0;
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    Object.values(users).forEach(({ device }) => device.close());
    await server.stop();
    await host.close();
  });

  async function join(name: string): Promise<TestUser & { device: Device }> {
    const user = await createUser(server, name);
    return { ...user, device: await Device.connect(server.url, user.token) };
  }

  /** Waits until no room is being synchronized: each change starts a run before its command is answered. */
  async function waitUntilIdle(): Promise<void> {
    const { running } = server.app.get<unknown, { running: Map<string, boolean> }>(LivekitRoomsService);
    await waitUntil(() => running.size === 0);
  }

  it('loses exactly the participant that leaves the call', async () => {
    const { alice, bob, carol } = users;
    await expectData(bob.device.request(leaveCall, { callId }));
    await waitUntil(() => !host.participants.includes(bob.id));
    await waitUntilIdle();
    expect(host.participants).toEqual([alice.id, carol.id, 'a recorder']);
    const [removal, ...others] = host.requests.filter(({ method }) => method === 'RemoveParticipant');
    expect(removal).toMatchObject({
      input: { room: callId, identity: bob.id, revokeTokenTs: expect.stringMatching(/^\d{10}$/) as string },
      grants: { roomAdmin: true, room: callId },
    });
    expect(others).toEqual([]);
  });

  it('loses a member that is removed from the conversation', async () => {
    const { alice, bob } = users;
    await expectData(alice.device.request(removeMember, { conversationId, userId: bob.id }));
    await waitUntil(() => !host.participants.includes(bob.id));
  });

  it('can be entered again after a return to the call', async () => {
    const { bob } = users;
    await expectData(bob.device.request(leaveCall, { callId }));
    await waitUntil(() => !host.participants.includes(bob.id));
    await expectData(bob.device.request(acceptCall, { callId }));
    host.participants.push(bob.id);
    await waitUntilIdle();
    expect(host.participants).toContain(bob.id);
  });

  it('is closed when the call ends', async () => {
    await expectData(users.alice.device.request(endCall, { callId }));
    await waitUntil(() => host.participants.length === 0);
    expect(host.findInputs('DeleteRoom')).toEqual([{ room: callId }]);
  });

  it('is checked again when the last earlier token has expired', async () => {
    const { bob } = users;
    const timers = jest.spyOn(workerGlobal, 'setTimeout');
    await expectData(bob.device.request(leaveCall, { callId }));
    await waitUntil(() => !host.participants.includes(bob.id));
    await waitUntilIdle();
    host.participants.push(bob.id); // with a token that was not used before
    const later = timers.mock.calls.filter(([, delay]) => delay === RETRY_INTERVAL_MS);
    expect(later).toHaveLength(1);
    later[0]![0]();
    await waitUntil(() => !host.participants.includes(bob.id));
  });

  it.each(['silent', 500, 404] as const)(
    'does not delay requests when the media server is %s',
    async (fault) => {
      const output = captureOutput();
      try {
        host.fault = fault;
        await expectData(users.bob.device.request(leaveCall, { callId }));
        await waitUntil(() => host.requests.length === 1);
        host.fault = undefined;
        await expectData(users.carol.device.request(leaveCall, { callId }));
        await waitUntil(
          () => !host.participants.includes(users.bob.id) && !host.participants.includes(users.carol.id),
        );
      } finally {
        output.restore();
      }
      const written = output.lines.join('');
      expect(written.includes('LiveKit room not synchronized')).toBe(fault !== 404);
      expect(written).not.toContain(LIVEKIT_API_SECRET);
    },
  );

  it('does not exist for a small call', async () => {
    const { alice, bob } = users;
    for (const { device } of Object.values(users)) await device.request(leaveCall, { callId });
    await waitUntilIdle();
    host.requests.length = 0;
    const dm = await expectData(
      alice.device.request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    const small = await expectData(alice.device.request(startCall, { conversationId: dm.id, type: 'voice' }));
    await expectData(bob.device.request(acceptCall, { callId: small.id }));
    await expectData(bob.device.request(leaveCall, { callId: small.id }));
    await waitUntilIdle();
    expect(host.requests).toEqual([]);
  });
});

import { Database } from '../../../src/kernel/database/database.js';
import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { acceptCall, endCall, leaveCall, startCall } from '../../../src/modules/calls/calls.contract.js';
import { sendSignal } from '../../../src/modules/calls/signaling/signaling.contract.js';
import { SignalingRepository } from '../../../src/modules/calls/signaling/signaling.repository.js';
import type { SignalSentDto } from '../../../src/modules/calls/signaling/dto/signal.dto.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { tableFingerprints } from '../../support/contract/table-fingerprints.js';
import {
  expectData,
  Device,
  expectErrorCode,
  restTransport,
  type Answer,
} from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { captureOutput } from '../../support/environment/captured-output.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const MARKER = 'xSECRETx';
const OFFER = { kind: 'offer', sdp: `v=0\r\no=- 1 0 IN IP4 192.0.2.1\r\ns=${MARKER}\r\nt=0 0\r\n` };
const CANDIDATE = {
  kind: 'candidate',
  candidate: {
    candidate: 'candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host',
    sdpMid: '0',
    sdpMLineIndex: 0,
    usernameFragment: 'abcd',
  },
};

interface SignalingUser extends TestUser {
  deviceId: string;
  device: Device;
}

describe('A signal', () => {
  let server: TestServer;
  let alice: SignalingUser;
  let bob: SignalingUser;
  let carol: SignalingUser;
  let devices: Device[];
  let number = 0;

  beforeAll(async () => {
    const output = captureOutput(); // the start loads all modules
    server = await startTestServer({ logLevel: 'debug' });
    output.restore();
  });
  beforeEach(async () => {
    devices = [];
    [alice, bob, carol] = [await join('alice'), await join('bob'), await join('carol')];
  });
  afterEach(() => devices.forEach((device) => device.close()));
  afterAll(() => server.stop());

  async function join(name: string): Promise<SignalingUser> {
    const user = await createUser(server, `${name}-${++number}`);
    return { ...user, deviceId: `${name}-s`, device: await connect(user, `${name}-s`) };
  }

  async function connect({ token }: TestUser, deviceId?: string): Promise<Device> {
    const device = await Device.connect(server.url, token, deviceId);
    devices.push(device);
    return device;
  }

  async function createConversationWith(type: 'dm' | 'group', ...others: SignalingUser[]): Promise<string> {
    const input = { type, memberIds: others.map(({ id }) => id) };
    return (await expectData(alice.device.request(createConversation, input))).id;
  }

  async function ring(conversationId: string): Promise<string> {
    return (await expectData(alice.device.request(startCall, { conversationId, type: 'video' }))).id;
  }

  /** Active call with alice and bob, and with the given further users. */
  async function startActiveCall(conversationId: string, ...others: SignalingUser[]): Promise<string> {
    const callId = await ring(conversationId);
    for (const { device } of [bob, ...others]) await expectData(device.request(acceptCall, { callId }));
    return callId;
  }

  function signal(
    from: { device: Device },
    callId: string,
    to: { id: string },
    more: object = {},
  ): Promise<Answer<SignalSentDto>> {
    return from.device.request(sendSignal, { callId, toUserId: to.id, signal: OFFER, ...more });
  }

  /** Signals emitted to the device so far: they leave the server before the answer to their command. */
  async function signalsReceivedBy(device: Device): Promise<object[]> {
    await device.settleEvents();
    return device.events.filter(({ name }) => name === 'call.signal').map(({ payload }) => payload);
  }

  it('reaches exactly the device of the other participant, unchanged, with a validity of 15 seconds', async () => {
    const callId = await startActiveCall(await createConversationWith('dm', bob));
    const [bobs, alices] = [await connect(bob), await connect(alice)];
    const before = Date.now();
    const sent = await expectData(signal(alice, callId, bob));
    expect(sent).toEqual({ callId, toUserId: bob.id, toDeviceId: bob.deviceId, expiresAt: sent.expiresAt });
    const lifetime = Date.parse(sent.expiresAt) - before;
    expect([lifetime >= 15_000, lifetime < 16_000]).toEqual([true, true]);
    await expectData(signal(alice, callId, bob, { signal: CANDIDATE, toDeviceId: bob.deviceId }));
    const end = { kind: 'candidate', candidate: { candidate: '', sdpMid: null } };
    await expectData(signal(alice, callId, bob, { signal: end }));
    const from = { callId, fromUserId: alice.id, fromDeviceId: alice.deviceId };
    expect(await signalsReceivedBy(bob.device)).toEqual([
      { ...from, signal: OFFER, expiresAt: sent.expiresAt },
      { ...from, signal: CANDIDATE, expiresAt: expect.any(String) as string },
      { ...from, signal: end, expiresAt: expect.any(String) as string },
    ]);
    await expectData(signal(bob, callId, alice, { signal: { ...OFFER, kind: 'answer' } }));
    expect(await signalsReceivedBy(alice.device)).toHaveLength(1);
    for (const otherDevice of [bobs, alices, carol.device])
      expect(await signalsReceivedBy(otherDevice)).toEqual([]);
  });

  it('reaches and leaves only the tab that holds the call', async () => {
    const dm = await createConversationWith('dm', bob);
    const otherTab = await connect(bob, bob.deviceId);
    const callId = await startActiveCall(dm);
    await expectData(signal(alice, callId, bob));
    expect(await expectErrorCode(signal({ device: otherTab }, callId, alice))).toBe('not_in_call');
    expect(await signalsReceivedBy(bob.device)).toHaveLength(1);
    expect(await signalsReceivedBy(otherTab)).toEqual([]);
    await expectData(otherTab.request(acceptCall, { callId, takeOver: true }));
    await expectData(signal(alice, callId, bob));
    expect(await expectErrorCode(signal(bob, callId, alice))).toBe('not_in_call');
    await expectData(signal({ device: otherTab }, callId, alice));
    expect(await signalsReceivedBy(bob.device)).toHaveLength(1);
    expect(await signalsReceivedBy(otherTab)).toHaveLength(1);
  });

  it('reaches all sockets of the device after a join over REST', async () => {
    const callId = await ring(await createConversationWith('dm', bob));
    const otherTab = await connect(bob, bob.deviceId);
    const input = { callId, deviceId: bob.deviceId };
    await expectData(restTransport(server.url, bob.token).request(acceptCall, input));
    await expectData(signal(alice, callId, bob));
    await expectData(signal(bob, callId, alice));
    for (const device of [bob.device, otherTab]) expect(await signalsReceivedBy(device)).toHaveLength(1);
  });

  it('is rejected to and from a deactivated user, also before it has left the call', async () => {
    const callId = await startActiveCall(await createConversationWith('group', bob, carol), carol);
    const { ownerUrl } = server.database;
    const setActive = (isActive: boolean): Promise<unknown> =>
      query(ownerUrl, `UPDATE users SET is_active = ${isActive} WHERE id = '${bob.id}'`);
    await setActive(false);
    expect(await expectErrorCode(signal(alice, callId, bob))).toBe('peer_not_in_call');
    expect(await expectErrorCode(signal(bob, callId, alice))).toBe('unauthenticated');
    expect(await signalsReceivedBy(bob.device)).toEqual([]);
    await setActive(true);
  });

  it('needs one database query', async () => {
    const callId = await startActiveCall(await createConversationWith('dm', bob));
    const statements = jest.spyOn(server.app.get(Database), 'query');
    await expectData(signal(alice, callId, bob));
    const queries = statements.mock.calls.filter(([, parameters]) => parameters?.includes(callId));
    expect(queries).toHaveLength(1);
    statements.mockRestore();
  });

  it('is rejected before the other user accepts, and to a user that the call does not reach', async () => {
    const [dm, conversationWithCarol] = [
      await createConversationWith('dm', bob),
      await createConversationWith('dm', carol),
    ];
    const callId = await ring(dm);
    expect(await expectErrorCode(signal(alice, callId, bob))).toBe('peer_not_in_call');
    expect(await expectErrorCode(signal(bob, callId, alice))).toBe('not_in_call');
    await expectData(alice.device.request(leaveCall, { callId }));
    await expectData(carol.device.request(addBlock, { userId: alice.id }));
    const unreachableCallId = await ring(conversationWithCarol);
    expect(await expectErrorCode(signal(alice, unreachableCallId, carol))).toBe('peer_not_in_call');
    expect(await expectErrorCode(signal(carol, unreachableCallId, alice))).toBe('not_found');
    for (const { device } of [alice, bob, carol]) expect(await signalsReceivedBy(device)).toEqual([]);
  });

  it('is sent only between devices in the call', async () => {
    const callId = await startActiveCall(await createConversationWith('group', bob, carol), carol);
    await expectData(carol.device.request(leaveCall, { callId }));
    const other = { id: alice.id, device: await connect(alice, 'another') };
    expect(await expectErrorCode(signal(other, callId, bob))).toBe('not_in_call');
    expect(await expectErrorCode(signal(alice, callId, bob, { toDeviceId: 'another' }))).toBe(
      'peer_not_in_call',
    );
    for (const nonParticipant of [carol, alice])
      expect(await expectErrorCode(signal(alice, callId, nonParticipant))).toBe('peer_not_in_call');
    expect(await expectErrorCode(signal(carol, callId, bob))).toBe('not_in_call');
    for (const { device } of [bob, carol, other]) expect(await signalsReceivedBy(device)).toEqual([]);
  });

  it('is rejected after the end of the call', async () => {
    const callId = await startActiveCall(await createConversationWith('dm', bob));
    await expectData(alice.device.request(endCall, { callId }));
    expect(await expectErrorCode(signal(alice, callId, bob))).toBe('call_ended');
    expect(await signalsReceivedBy(bob.device)).toEqual([]);
  });

  it('is rejected in a call over the media server', async () => {
    const callId = await startActiveCall(await createConversationWith('group', bob));
    await query(server.database.ownerUrl, `UPDATE calls SET topology = 'sfu' WHERE id = '${callId}'`);
    expect(await expectErrorCode(signal(alice, callId, bob))).toBe('wrong_topology');
    expect(await signalsReceivedBy(bob.device)).toEqual([]);
  });

  it('is rejected after a block in a DM, also before the call ends, but not in a group', async () => {
    const [dm, group] = [await createConversationWith('dm', bob), await createConversationWith('group', bob)];
    const callId = await startActiveCall(dm);
    const { ownerUrl } = server.database;
    await query(
      ownerUrl,
      `INSERT INTO user_blocks (blocker_id, blocked_id) VALUES ('${bob.id}', '${alice.id}')`,
    );
    expect(await expectErrorCode(signal(alice, callId, bob))).toBe('unavailable');
    expect(await expectErrorCode(signal(bob, callId, alice))).toBe('blocked_by_you');
    await expectData(bob.device.request(endCall, { callId }));
    await expectData(signal(alice, await startActiveCall(group), bob));
    expect(await signalsReceivedBy(bob.device)).toHaveLength(1);
  });

  it('is rejected for removed members, for which the call does not exist', async () => {
    const conversationId = await createConversationWith('group', bob, carol);
    const callId = await startActiveCall(conversationId);
    await expectData(alice.device.request(removeMember, { conversationId, userId: bob.id }));
    await waitUntil(async () => (await expectErrorCode(signal(alice, callId, bob))) === 'peer_not_in_call');
    const outsider = await join('dave');
    const answers = [bob, outsider].map((out) => signal(out, callId, alice));
    answers.push(signal(outsider, '01890000-0000-7000-8000-0000000000aa', alice));
    const bodies = (await Promise.all(answers)).map((answer) => {
      if (answer.ok) throw new Error('The request was accepted.');
      return { ...answer.error, requestId: '' };
    });
    expect(bodies[0]!.code).toBe('not_found');
    expect(bodies).toEqual(bodies.map(() => bodies[0]));
    expect([await signalsReceivedBy(bob.device), await signalsReceivedBy(alice.device)]).toEqual([[], []]);
  });

  it('is validated', async () => {
    const callId = await startActiveCall(await createConversationWith('dm', bob));
    const { sdp } = OFFER;
    const invalidSignals: [object, string[]][] = [
      [{ kind: 'offer' }, ['signal.sdp required']],
      [{ kind: 'answer', sdp: null }, ['signal.sdp type']],
      [{ kind: 'offer', sdp: 'm=audio' }, ['signal.sdp bad_form']],
      [{ kind: 'offer', sdp: 'v=01\r\n' }, ['signal.sdp bad_form']],
      [{ kind: 'offer', sdp: `${sdp}\0` }, ['signal.sdp nul_character']],
      [{ kind: 'offer', sdp: sdp.padEnd(32_769, 'a') }, ['signal.sdp too_long']],
      [{ ...CANDIDATE, kind: 'offer', sdp }, ['signal.candidate unknown_field']],
      [{ ...CANDIDATE, sdp }, ['signal.sdp unknown_field']],
      [{ kind: 'candidate' }, ['signal.candidate required']],
      [{ kind: 'candidate', candidate: null }, ['signal.candidate type']],
      [{ kind: 'candidate', candidate: {} }, ['signal.candidate.candidate required']],
      [
        { kind: 'candidate', candidate: { candidate: '', extra: 1 } },
        ['signal.candidate.extra unknown_field'],
      ],
      [
        {
          kind: 'candidate',
          candidate: { candidate: 'a'.repeat(1_001), sdpMid: 1, sdpMLineIndex: 256, usernameFragment: {} },
        },
        [
          'signal.candidate.candidate too_long',
          'signal.candidate.sdpMid type',
          'signal.candidate.sdpMLineIndex out_of_range',
          'signal.candidate.usernameFragment type',
        ],
      ],
      [{ kind: 'bye' }, ['signal.kind not_a_choice']],
      [{ ...OFFER, extra: MARKER }, ['signal.extra unknown_field']],
    ];
    for (const [invalidSignal, fields] of invalidSignals) {
      const answer = await signal(alice, callId, bob, { signal: invalidSignal });
      const { code, errors = [] } = answer.ok ? { code: 'ok' } : answer.error;
      expect([code, errors.map((error) => `${error.field} ${error.code}`).sort()]).toEqual([
        'validation_failed',
        fields.sort(),
      ]);
      expect(JSON.stringify(answer)).not.toContain(MARKER);
    }
    await expectData(
      signal(alice, callId, bob, { signal: { kind: 'answer', sdp: sdp.padEnd(32_768, 'a') } }),
    );
    expect(await signalsReceivedBy(bob.device)).toHaveLength(1);
  });

  it('is rate limited by device', async () => {
    const callId = await startActiveCall(await createConversationWith('dm', bob));
    const answers: Answer<SignalSentDto>[] = [];
    for (let time = 0; answers.every(({ ok }) => ok) && time < 2_000; time += 100)
      answers.push(...(await Promise.all(Array.from({ length: 100 }, () => signal(alice, callId, bob)))));
    const [rejected] = answers.flatMap((answer) => (answer.ok ? [] : [answer.error]));
    expect(rejected).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(rejected!.retryAfterMs).toBeGreaterThan(0);
    await expectData(signal(bob, callId, alice));
    await waitUntil(async () => (await signal(alice, callId, bob)).ok);
    const sent = answers.filter(({ ok }) => ok).length + 1;
    expect(await signalsReceivedBy(bob.device)).toHaveLength(sent);
    expect(sent).toBeGreaterThan(100);
  });

  it('is neither stored nor logged', async () => {
    const callId = await startActiveCall(await createConversationWith('dm', bob));
    const before = await tableFingerprints(server);
    const output = captureOutput();
    try {
      await expectData(signal(alice, callId, bob));
      await expectErrorCode(signal(alice, callId, carol));
      await expectErrorCode(signal(alice, callId, bob, { signal: { kind: 'offer', sdp: MARKER } }));
      jest
        .spyOn(server.app.get(SignalingRepository), 'findRoute')
        .mockRejectedValueOnce(new Error('Error of the server'));
      expect(await expectErrorCode(signal(alice, callId, bob))).toBe('internal_error');
    } finally {
      output.restore();
      jest.restoreAllMocks();
    }
    const written = output.lines.join('');
    expect(written).toContain('Error of the server');
    expect(written).not.toContain(MARKER);
    expect(await tableFingerprints(server)).toEqual(before);
    const { ownerUrl } = server.database;
    const tables = await query<{ name: string }>(
      ownerUrl,
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_schema IN ('public', 'pgboss') AND table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables)
      expect([name, JSON.stringify(await query(ownerUrl, `SELECT t::text FROM ${name} t`))]).not.toEqual([
        name,
        expect.stringContaining(MARKER),
      ]);
  });
});

import { DeviceLeasesRepository } from '../../../src/modules/calls/device-leases.repository.js';
import { DeviceLeaseRenewer } from '../../../src/modules/calls/device-lease-renewer.js';
import { addBlock, removeBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import {
  acceptCall,
  endCall,
  getCall,
  leaveCall,
  startCall,
} from '../../../src/modules/calls/calls.contract.js';
import type { CallDto } from '../../../src/modules/calls/dto/call.dto.js';
import {
  listLeases,
  runTimeoutJobs,
  setLeaseSeconds,
  type Lease,
} from '../../support/features/call-timeouts.js';
import { makeRingDue } from '../../support/features/due-times.js';
import { participantStates } from '../../support/features/call-commands.js';
import {
  expectData,
  Device,
  expectErrorCode,
  restTransport,
  type Transport,
} from '../../support/clients/transports.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import {
  createUser,
  startTestServer,
  type TestUser,
  type TestServer,
} from '../../support/servers/test-server.js';
import { waitUntil } from '../../support/environment/wait-until.js';

/** Seconds, longer than a slow machine needs: the tests end the ringing and the leases themselves. */
const [RING, RECONNECT_SECONDS, LEASE] = [10, 5, 12];

describe('A call with timeouts', () => {
  let server: TestServer;
  let users: Record<'alice' | 'bob', TestUser & { rest: Transport }>;
  let conversationId: string;
  const devices: Device[] = [];

  beforeAll(async () => {
    server = await startTestServer({
      callRingSeconds: RING,
      callReconnectSeconds: RECONNECT_SECONDS,
      callLeaseSeconds: LEASE,
    });
    const known = async (name: string): Promise<TestUser & { rest: Transport }> => {
      const actor = await createUser(server, name);
      return { ...actor, rest: restTransport(server.url, actor.token) };
    };
    users = { alice: await known('alice'), bob: await known('bob') };
    const dm = { type: 'dm', memberIds: [users.bob.id] };
    conversationId = (await expectData(users.alice.rest.request(createConversation, dm))).id;
  });
  afterEach(() => devices.splice(0).forEach((device) => device.close()));
  afterAll(() => server.stop());

  async function connect(actor: 'alice' | 'bob', deviceId: string): Promise<Device> {
    const device = await Device.connect(server.url, users[actor].token, deviceId);
    devices.push(device);
    return device;
  }

  const now = ({ id: callId }: CallDto): Promise<CallDto> =>
    expectData(users.alice.rest.request(getCall, { callId }));

  /** A call with both users, on these devices. */
  async function active(alice: Device, bob: Device): Promise<CallDto> {
    const { id: callId } = await expectData(alice.request(startCall, { conversationId, type: 'voice' }));
    return expectData(bob.request(acceptCall, { callId }));
  }

  /** Waits until the leases of the connected devices, which are due, are renewed. Returns the leases of all devices. */
  async function untilRenewed({ id: callId }: CallDto, ...connected: string[]): Promise<Lease[]> {
    let leases: Lease[] = [];
    await waitUntil(async () => {
      leases = await listLeases(server.database, callId);
      const renewed = leases.filter(({ secondsLeft, reconnectSeconds }) => {
        return secondsLeft > (LEASE * 2) / 3 && reconnectSeconds === null;
      });
      return connected.every((userId) => renewed.some((lease) => lease.userId === userId));
    });
    return leases;
  }

  /** Lets the leases come to their renewal and the timeouts of the call run, and requires that the call continues. */
  async function expectContinued(call: CallDto): Promise<void> {
    await setLeaseSeconds(server.database, call.id, RECONNECT_SECONDS);
    await untilRenewed(call, users.alice.id, users.bob.id);
    await runTimeoutJobs(server.database, call.id);
    expect(await now(call)).toEqual(call);
  }

  /** Waits until the reconnect period of the disconnected device of bob has started. */
  async function untilDisconnected({ id: callId }: CallDto): Promise<Lease> {
    const find = async (): Promise<Lease | undefined> =>
      (await listLeases(server.database, callId)).find(
        ({ userId, reconnectSeconds }) => userId === users.bob.id && reconnectSeconds !== null,
      );
    await waitUntil(async () => (await find())?.hasJob === true);
    return (await find())!;
  }

  it('stops ringing after the ringing time', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const ringing = await expectData(alice.request(startCall, { conversationId, type: 'voice' }));
    const [{ seconds } = { seconds: 0 }] = await query<{ seconds: number }>(
      server.database.ownerUrl,
      `SELECT extract(epoch FROM ring_expires_at - created_at)::float AS seconds FROM calls WHERE id = '${ringing.id}'`,
    );
    expect(seconds).toBeCloseTo(RING, 0);
    const expiresAt = await makeRingDue(server.database, ringing.id);
    const [, missed] = (await alice.waitForEvents(2, 'call.updated')) as unknown as CallDto[];
    expect(missed).toMatchObject({ id: ringing.id, state: 'ended', endReason: 'missed', startedAt: null });
    expect(participantStates(missed!)).toEqual({ [users.alice.id]: 'left', [users.bob.id]: 'missed' });
    expect(Date.parse(missed!.endedAt!)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    expect(await bob.waitForEvents(1, 'call.updated')).toEqual([missed]);
  });

  it('continues while its devices are connected', async () => {
    const call = await active(await connect('alice', 'phone'), await connect('bob', 'phone'));
    await expectContinued(call);
    await expectContinued(call);
    await expectData(users.alice.rest.request(leaveCall, { callId: call.id }));
  });

  it('keeps the place of a socket that reconnects and joins again', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const call = await active(alice, bob);
    bob.close();
    expect((await untilDisconnected(call)).secondsLeft).toBeLessThan(RECONNECT_SECONDS);
    const reloaded = await connect('bob', 'phone');
    expect(await expectData(reloaded.request(acceptCall, { callId: call.id }))).toEqual(call);
    await untilRenewed(call, users.bob.id);
    await runTimeoutJobs(server.database, call.id);
    expect(await now(call)).toEqual(call);
    await expectData(users.alice.rest.request(leaveCall, { callId: call.id }));
  });

  it('removes a disconnected device after CALL_RECONNECT_SECONDS', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const call = await active(alice, bob);
    await setLeaseSeconds(server.database, call.id, RECONNECT_SECONDS / 2, users.bob.id);
    bob.close();
    expect((await untilDisconnected(call)).reconnectSeconds).toBeCloseTo(RECONNECT_SECONDS, 1);
    const expiresAt = Date.now();
    await setLeaseSeconds(server.database, call.id, 0, users.bob.id);
    await runTimeoutJobs(server.database, call.id);
    const [, , ended] = (await alice.waitForEvents(3, 'call.updated')) as unknown as CallDto[];
    expect(ended).toMatchObject({ id: call.id, state: 'ended', endReason: 'failed', joinedCount: 0 });
    expect(Date.parse(ended!.endedAt!)).toBeGreaterThanOrEqual(expiresAt);
  });

  it('is held by one tab of a browser and ends with it, although another tab stays connected', async () => {
    const [alice, tab] = [await connect('alice', 'phone'), await connect('bob', 'browser')];
    const otherTab = await connect('bob', 'browser');
    const call = await active(alice, tab);
    const answer = { callId: call.id };
    expect(await expectErrorCode(otherTab.request(acceptCall, answer))).toBe('answered_elsewhere');
    expect(await expectData(tab.request(acceptCall, answer))).toEqual(call);
    tab.close();
    expect((await untilDisconnected(call)).reconnectSeconds).toBeCloseTo(RECONNECT_SECONDS, 1);
    await setLeaseSeconds(server.database, call.id, 0, users.bob.id);
    await runTimeoutJobs(server.database, call.id);
    expect(await now(call)).toMatchObject({ state: 'ended', endReason: 'failed' });
  });

  it.each(['browser', 'tablet'])('is taken over by another socket, of the device %s', async (deviceId) => {
    const [alice, tab] = [await connect('alice', 'phone'), await connect('bob', 'browser')];
    const call = await active(alice, tab);
    const next = await connect('bob', deviceId);
    const moved = await expectData(next.request(acceptCall, { callId: call.id, takeOver: true }));
    expect(moved).toEqual(call);
    const [event] = await tab.waitForEvents(1, 'call.moved');
    expect(event).toMatchObject({ callId: call.id, deviceId });
    expect(await expectErrorCode(tab.request(acceptCall, { callId: call.id }))).toBe('answered_elsewhere');
    tab.close();
    await expectContinued(call);
    const back = await connect('bob', 'browser');
    const start = { conversationId, type: 'voice', takeOver: true };
    expect(await expectData(back.request(startCall, start))).toEqual(call);
    next.close();
    await expectContinued(call);
    await expectData(back.request(leaveCall, { callId: call.id }));
  });

  it('gives the place of a disconnected device to another device at once', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const call = await active(alice, bob);
    const tablet = await connect('bob', 'tablet');
    const answer = { callId: call.id };
    expect(await expectErrorCode(tablet.request(acceptCall, answer))).toBe('answered_elsewhere');
    bob.close();
    await waitUntil(async () => (await tablet.request(acceptCall, answer)).ok);
    await expectContinued(call);
    await expectData(tablet.request(leaveCall, answer));
  });

  it('removes a participant without a connected device', async () => {
    const alice = await connect('alice', 'phone');
    const { id: callId } = await expectData(alice.request(startCall, { conversationId, type: 'voice' }));
    const call = await expectData(users.bob.rest.request(acceptCall, { callId, deviceId: 'nowhere' }));
    await setLeaseSeconds(server.database, callId, RECONNECT_SECONDS);
    const leases = await untilRenewed(call, users.alice.id);
    const left = leases.find(({ userId }) => userId === users.bob.id)!.secondsLeft;
    expect(left).toBeLessThan(RECONNECT_SECONDS);
    await setLeaseSeconds(server.database, callId, 0, users.bob.id);
    await runTimeoutJobs(server.database, callId);
    expect(await now(call)).toMatchObject({ endReason: 'failed' });
  });

  it('continues after an outage of the database that is longer than the leases', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const call = await active(alice, bob);
    const renewer = server.app.get(DeviceLeaseRenewer, { strict: false });
    const outage = jest
      .spyOn(server.app.get(DeviceLeasesRepository, { strict: false }), 'listLeases')
      .mockRejectedValue(new Error('Connection terminated'));
    await waitUntil(() => renewer.findOutageEnd(new Date()) !== null);
    await setLeaseSeconds(server.database, call.id, -1);
    await runTimeoutJobs(server.database, call.id);
    expect(await now(call)).toEqual(call);
    outage.mockRestore();
    await untilRenewed(call, users.alice.id, users.bob.id);
    await runTimeoutJobs(server.database, call.id);
    expect(await now(call)).toEqual(call);
    bob.close();
    await untilDisconnected(call);
    await waitUntil(() => renewer.findOutageEnd(new Date()) === null);
    await setLeaseSeconds(server.database, call.id, 0, users.bob.id);
    await runTimeoutJobs(server.database, call.id);
    expect(await now(call)).toMatchObject({ state: 'ended', endReason: 'failed' });
  });

  it('ends when one of its two users blocks the other', async () => {
    const alice = await connect('alice', 'phone');
    const call = await active(alice, await connect('bob', 'phone'));
    const actor = { userId: users.alice.id };
    await expectData(users.bob.rest.request(addBlock, actor));
    await waitUntil(async () => (await now(call)).state === 'ended');
    expect(await now(call)).toMatchObject({ endReason: 'completed' });
    await expectData(users.bob.rest.request(removeBlock, actor));
  });

  it('is declined when the callee blocks the caller', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const ringing = await expectData(alice.request(startCall, { conversationId, type: 'voice' }));
    await expectData(bob.request(addBlock, { userId: users.alice.id }));
    const [declined] = (await bob.waitForEvents(1, 'call.updated')) as unknown as CallDto[];
    expect(declined).toMatchObject({ id: ringing.id, state: 'ended', endReason: 'declined', revision: 2 });
    expect(participantStates(declined!)).toEqual({ [users.alice.id]: 'left', [users.bob.id]: 'declined' });
    expect(await alice.waitForEvents(2, 'call.updated')).toContainEqual(declined);
    await expectData(bob.request(removeBlock, { userId: users.alice.id }));

    const currentCall = await expectData(alice.request(startCall, { conversationId, type: 'voice' }));
    await expectData(alice.request(addBlock, { userId: users.bob.id }));
    await waitUntil(async () => (await now(currentCall)).state === 'ended');
    expect(await now(currentCall)).toMatchObject({ endReason: 'cancelled' });
    await expectData(alice.request(removeBlock, { userId: users.bob.id }));
  });

  it('stops ringing for a callee that does not join a call with other participants', async () => {
    const alice = await connect('alice', 'phone');
    const carol = await createUser(server, 'carol');
    const input = { type: 'group', memberIds: [users.bob.id, carol.id] };
    const { id: group } = await expectData(alice.request(createConversation, input));
    const { id: callId } = await expectData(
      alice.request(startCall, { conversationId: group, type: 'voice' }),
    );
    const bob = await connect('bob', 'phone');
    const active = await expectData(bob.request(acceptCall, { callId }));
    expect(participantStates(active)).toMatchObject({ [carol.id]: 'ringing' });
    await makeRingDue(server.database, callId);
    await waitUntil(async () => participantStates(await now(active))[carol.id] === 'missed');
    expect(await now(active)).toMatchObject({ state: 'active', joinedCount: 2 });
    const joins = { callId, deviceId: 'phone' };
    const late = await expectData(restTransport(server.url, carol.token).request(acceptCall, joins));
    expect(late).toMatchObject({ joinedCount: 3 });
    await expectData(alice.request(endCall, { callId }));
  });

  it('makes room for a new call when it has expired, even before its timeout is handled', async () => {
    const alice = await connect('alice', 'phone');
    const expiredCall = await expectData(alice.request(startCall, { conversationId, type: 'voice' }));
    const url = server.database.ownerUrl;
    await query(url, "DELETE FROM pgboss.job WHERE name = 'call.timeout'");
    await query(
      url,
      `UPDATE calls SET ring_expires_at = now() - interval '1 h' WHERE id = '${expiredCall.id}'`,
    );
    const next = await expectData(alice.request(startCall, { conversationId, type: 'voice' }));
    expect(next.id).not.toBe(expiredCall.id);
    expect(await now(expiredCall)).toMatchObject({ state: 'ended', endReason: 'missed' });

    await query(url, "DELETE FROM pgboss.job WHERE name = 'call.timeout'");
    await query(url, `UPDATE calls SET ring_expires_at = now() - interval '1 h' WHERE id = '${next.id}'`);
    await query(
      url,
      `INSERT INTO pgboss.job (name, data, policy, retry_limit) VALUES ('call.timeout_sweep', '{}', 'short', 0)`,
    );
    await waitUntil(async () => (await now(next)).state === 'ended');
  });
});

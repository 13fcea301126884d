import { setTimeout as sleep } from 'node:timers/promises';
import { addBlock, removeBlock } from '../src/modules/blocks/blocks.contract.js';
import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import { acceptCall, endCall, getCall, leaveCall, startCall } from '../src/modules/calls/calls.contract.js';
import type { CallDto } from '../src/modules/calls/dto/call.dto.js';
import { statesIn } from './proof/calling.js';
import { data, Device, refusal, restDoor, type Door } from './setup/doors.js';
import { query } from './setup/embedded-fixture.js';
import { person, startTestServer, type Person, type TestServer } from './setup/server.js';
import { until } from './setup/until.js';

const RING = 1.5;
const RECONNECT_SECONDS = 0.8;
const LEASE = 2.5;
/** What a busy machine may add. */
const SLACK = 3_000;

describe('Time, for a call', () => {
  let server: TestServer;
  let people: Record<'alice' | 'bob', Person & { rest: Door }>;
  let conversationId: string;
  const devices: Device[] = [];

  beforeAll(async () => {
    server = await startTestServer({
      callRingSeconds: RING,
      callReconnectSeconds: RECONNECT_SECONDS,
      callLeaseSeconds: LEASE,
    });
    const known = async (name: string): Promise<Person & { rest: Door }> => {
      const who = await person(server, name);
      return { ...who, rest: restDoor(server.url, who.token) };
    };
    people = { alice: await known('alice'), bob: await known('bob') };
    const dm = { type: 'dm', memberIds: [people.bob.id] };
    conversationId = (await data(people.alice.rest.ask(createConversation, dm))).id;
  });
  afterEach(() => devices.splice(0).forEach((device) => device.close()));
  afterAll(() => server.stop());

  async function connect(who: 'alice' | 'bob', deviceId: string): Promise<Device> {
    const device = await Device.connect(server.url, people[who].token, deviceId);
    devices.push(device);
    return device;
  }

  const now = ({ id: callId }: CallDto): Promise<CallDto> => data(people.alice.rest.ask(getCall, { callId }));

  /** A call that both are in, with these devices. */
  async function active(alice: Device, bob: Device): Promise<CallDto> {
    const { id: callId } = await data(alice.ask(startCall, { conversationId, type: 'voice' }));
    return data(bob.ask(acceptCall, { callId }));
  }

  it('ends the ringing', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const ringing = await data(alice.ask(startCall, { conversationId, type: 'voice' }));
    const [, missed] = (await alice.hear(2, 'call.updated')) as unknown as CallDto[];
    expect(missed).toMatchObject({ id: ringing.id, state: 'ended', endReason: 'missed', startedAt: null });
    expect(statesIn(missed!)).toEqual({ [people.alice.id]: 'left', [people.bob.id]: 'missed' });
    const late = Date.parse(missed!.endedAt!) - Date.parse(ringing.ringExpiresAt);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(SLACK);
    expect(await bob.hear(1, 'call.updated')).toEqual([missed]);
  });

  it('does not end what connected devices are in', async () => {
    const call = await active(await connect('alice', 'phone'), await connect('bob', 'phone'));
    await sleep((RING + 2 * LEASE) * 1_000);
    expect(await now(call)).toEqual(call);
    await data(people.alice.rest.ask(leaveCall, { callId: call.id }));
  });

  it('lets a device that lost its connection come back', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const call = await active(alice, bob);
    bob.close();
    await sleep(RECONNECT_SECONDS * 400);
    await connect('bob', 'phone');
    await sleep(LEASE * 1_500);
    expect(await now(call)).toEqual(call);
    await data(people.alice.rest.ask(leaveCall, { callId: call.id }));
  });

  it('does not wait for it longer than CALL_RECONNECT_SECONDS', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const call = await active(alice, bob);
    const lostAt = performance.now();
    bob.close();
    const [, , ended] = (await alice.hear(3, 'call.updated')) as unknown as CallDto[];
    expect(ended).toMatchObject({ id: call.id, state: 'ended', endReason: 'failed', joinedCount: 0 });
    const waited = performance.now() - lostAt;
    expect(waited).toBeGreaterThanOrEqual(RECONNECT_SECONDS * 1_000);
    expect(waited).toBeLessThan(RECONNECT_SECONDS * 1_000 + SLACK);
  });

  it('gives its place to another device at once', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const call = await active(alice, bob);
    const tablet = await connect('bob', 'tablet');
    const answer = { callId: call.id };
    expect(await refusal(tablet.ask(acceptCall, answer))).toBe('answered_elsewhere');
    bob.close();
    await until(async () => (await tablet.ask(acceptCall, answer)).ok);
    await sleep(LEASE * 1_200);
    expect(await now(call)).toEqual(call);
    await data(tablet.ask(leaveCall, answer));
  });

  it('ends the stay of who is connected nowhere', async () => {
    const alice = await connect('alice', 'phone');
    const { id: callId } = await data(alice.ask(startCall, { conversationId, type: 'voice' }));
    const call = await data(people.bob.rest.ask(acceptCall, { callId, deviceId: 'nowhere' }));
    await until(async () => (await now(call)).state === 'ended', { within: LEASE * 1_000 + SLACK });
    expect(await now(call)).toMatchObject({ endReason: 'failed' });
  });

  it('ends the call of two of whom one blocks the other', async () => {
    const alice = await connect('alice', 'phone');
    const call = await active(alice, await connect('bob', 'phone'));
    const who = { userId: people.alice.id };
    await data(people.bob.rest.ask(addBlock, who));
    await until(async () => (await now(call)).state === 'ended');
    expect(await now(call)).toMatchObject({ endReason: 'completed' });
    await data(people.bob.rest.ask(removeBlock, who));
  });

  it('goes on for a caller whom the callee blocks, and for nobody else', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const ringing = await data(alice.ask(startCall, { conversationId, type: 'voice' }));
    await data(bob.ask(addBlock, { userId: people.alice.id }));
    const [hushed] = (await bob.hear(1, 'call.updated')) as unknown as CallDto[];
    expect(hushed).toMatchObject({ id: ringing.id, state: 'ringing', revision: 1 });
    expect(statesIn(hushed!)).toEqual({ [people.alice.id]: 'joined', [people.bob.id]: 'missed' });
    expect(await refusal(bob.ask(acceptCall, { callId: ringing.id }))).toBe('blocked_by_you');
    const [, missed] = (await alice.hear(2, 'call.updated')) as unknown as CallDto[];
    expect(missed).toMatchObject({ endReason: 'missed', revision: 2 });
    expect(Date.parse(missed!.endedAt!)).toBeGreaterThanOrEqual(Date.parse(ringing.ringExpiresAt));
    const updates = alice.heard.filter(({ name }) => name === 'message.updated');
    expect(updates.map(({ payload }) => payload.by)).toEqual([null]);
    await data(bob.ask(removeBlock, { userId: people.alice.id }));

    const taken = await data(alice.ask(startCall, { conversationId, type: 'voice' }));
    await data(alice.ask(addBlock, { userId: people.bob.id }));
    await until(async () => (await now(taken)).state === 'ended');
    expect(await now(taken)).toMatchObject({ endReason: 'cancelled' });
    await data(alice.ask(removeBlock, { userId: people.bob.id }));
  });

  it('ends the ringing of who does not come to a call that others are in', async () => {
    const alice = await connect('alice', 'phone');
    const carol = await person(server, 'carol');
    const input = { type: 'group', memberIds: [people.bob.id, carol.id] };
    const { id: group } = await data(alice.ask(createConversation, input));
    const { id: callId } = await data(alice.ask(startCall, { conversationId: group, type: 'voice' }));
    const bob = await connect('bob', 'phone');
    const active = await data(bob.ask(acceptCall, { callId }));
    expect(statesIn(active)).toMatchObject({ [carol.id]: 'ringing' });
    await until(async () => statesIn(await now(active))[carol.id] === 'missed');
    expect(await now(active)).toMatchObject({ state: 'active', joinedCount: 2 });
    const joins = { callId, deviceId: 'phone' };
    const late = await data(restDoor(server.url, carol.token).ask(acceptCall, joins));
    expect(late).toMatchObject({ joinedCount: 3 });
    await data(alice.ask(endCall, { callId }));
  });

  it('makes way for a new one when it is over, even if nobody has looked', async () => {
    const alice = await connect('alice', 'phone');
    const forgotten = await data(alice.ask(startCall, { conversationId, type: 'voice' }));
    const url = server.database.ownerUrl;
    await query(url, "DELETE FROM pgboss.job WHERE name = 'call.watch'");
    await query(
      url,
      `UPDATE calls SET ring_expires_at = now() - interval '1 h' WHERE id = '${forgotten.id}'`,
    );
    const next = await data(alice.ask(startCall, { conversationId, type: 'voice' }));
    expect(next.id).not.toBe(forgotten.id);
    expect(await now(forgotten)).toMatchObject({ state: 'ended', endReason: 'missed' });

    await query(url, "DELETE FROM pgboss.job WHERE name = 'call.watch'");
    await query(url, `UPDATE calls SET ring_expires_at = now() - interval '1 h' WHERE id = '${next.id}'`);
    await query(
      url,
      `INSERT INTO pgboss.job (name, data, policy, retry_limit) VALUES ('call.rewatch', '{}', 'short', 0)`,
    );
    await until(async () => (await now(next)).state === 'ended');
  });
});

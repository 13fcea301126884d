import { setTimeout as sleep } from 'node:timers/promises';
import { addBlock, removeBlock } from '../src/modules/blocks/blocks.contract.js';
import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import { acceptCall, getCall, leaveCall, startCall } from '../src/modules/calls/calls.contract.js';
import type { CallDto } from '../src/modules/calls/dto/call.dto.js';
import { statesIn } from './proof/calling.js';
import { data, Device, refusal, restDoor, type Door } from './setup/doors.js';
import { person, startTestServer, type Person, type TestServer } from './setup/server.js';
import { until } from './setup/until.js';

const RING = 1.5;
const GRACE = 0.8;
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
      callGraceSeconds: GRACE,
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
    await sleep(GRACE * 400);
    await connect('bob', 'phone');
    await sleep(LEASE * 1_500);
    expect(await now(call)).toEqual(call);
    await data(people.alice.rest.ask(leaveCall, { callId: call.id }));
  });

  it('does not wait for it longer than the grace', async () => {
    const [alice, bob] = [await connect('alice', 'phone'), await connect('bob', 'phone')];
    const call = await active(alice, bob);
    const lostAt = performance.now();
    bob.close();
    const [, , ended] = (await alice.hear(3, 'call.updated')) as unknown as CallDto[];
    expect(ended).toMatchObject({ id: call.id, state: 'ended', endReason: 'failed', joinedCount: 0 });
    const waited = performance.now() - lostAt;
    expect(waited).toBeGreaterThanOrEqual(GRACE * 1_000);
    expect(waited).toBeLessThan(GRACE * 1_000 + SLACK);
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

    const ringing = await data(alice.ask(startCall, { conversationId, type: 'voice' }));
    await data(people.bob.rest.ask(addBlock, who));
    await until(async () => (await now(ringing)).state === 'ended');
    expect(await now(ringing)).toMatchObject({ endReason: 'missed' });
    await data(people.bob.rest.ask(removeBlock, who));
  });
});

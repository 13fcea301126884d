import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '../../../src/kernel/database/database.js';
import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { addMembers, removeMember } from '../../../src/modules/conversations/members.contract.js';
import type { TypingDto } from '../../../src/modules/messages/typing/dto/typing.dto.js';
import { startTyping, stopTyping } from '../../../src/modules/messages/typing/typing.contract.js';
import { TypingService } from '../../../src/modules/messages/typing/typing.service.js';
import { tableFingerprints } from '../../support/contract/table-fingerprints.js';
import { expectData, Device, expectErrorCode } from '../../support/clients/transports.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';

const CALM_MS = 50;

interface Typist {
  id: string;
  device: Device;
}

describe('Typing', () => {
  let server: TestServer;
  let alice: Typist;
  let bob: Typist;
  let carol: Typist;
  let devices: Device[];
  let number = 0;
  const now = Date.now.bind(Date);

  beforeAll(async () => (server = await startTestServer()));
  beforeEach(async () => {
    devices = [];
    [alice, bob, carol] = [await join('alice'), await join('bob'), await join('carol')];
  });
  afterEach(() => {
    jest.restoreAllMocks();
    devices.forEach((device) => device.close());
  });
  afterAll(() => server.stop());

  async function join(name: string, at = server): Promise<Typist> {
    const { id, token } = await createUser(at, `${name}-${++number}`);
    const device = await Device.connect(at.url, token);
    devices.push(device);
    return { id, device };
  }

  async function group(...others: Typist[]): Promise<string> {
    const memberIds = others.map(({ id }) => id);
    return (await expectData(alice.device.request(createConversation, { type: 'group', memberIds }))).id;
  }

  const start = ({ device }: Typist, conversationId: string): Promise<TypingDto> =>
    expectData(device.request(startTyping, { conversationId }));
  const stop = ({ device }: Typist, conversationId: string): Promise<TypingDto> =>
    expectData(device.request(stopTyping, { conversationId }));

  /** What came of it, once all is quiet. */
  async function heardBy({ device }: Typist): Promise<object[]> {
    await sleep(CALM_MS);
    return device.events.filter(({ name }) => name === 'typing').map(({ payload }) => payload);
  }

  /** The clock of the server is ahead by so much. */
  function later(milliseconds: number): void {
    jest.spyOn(Date, 'now').mockImplementation(() => now() + milliseconds);
  }

  it('is heard by the other members, for six seconds, and by no device of one’s own', async () => {
    const conversationId = await group(bob);
    const before = now();
    const said = await start(alice, conversationId);
    expect(said).toMatchObject({ conversationId, userId: alice.id });
    const lasts = Date.parse(said.expiresAt) - before;
    expect([lasts >= 6_000, lasts < 7_000]).toEqual([true, true]);
    expect(await heardBy(bob)).toEqual([said]);
    expect([await heardBy(alice), await heardBy(carol)]).toEqual([[], []]);
  });

  it('is told once in three seconds, whatever the typist sends, and asks the database no more', async () => {
    const conversationId = await group(bob);
    const said = await start(alice, conversationId);
    const statements = jest.spyOn(server.app.get(Database), 'query');
    for (let time = 0; time < 50; time++) expect(await start(alice, conversationId)).toEqual(said);
    expect(statements).not.toHaveBeenCalled();
    expect(await heardBy(bob)).toEqual([said]);

    later(2_500);
    expect(await start(alice, conversationId)).toEqual(said);
    later(3_001);
    const again = await start(alice, conversationId);
    expect(again.expiresAt > said.expiresAt).toBe(true);
    await start(bob, conversationId);
    expect(await heardBy(bob)).toEqual([said, again]);
    expect(await heardBy(alice)).toHaveLength(1);
  });

  it('is told once when all devices of the typist begin at once', async () => {
    const conversationId = await group(bob);
    const said = await Promise.all(Array.from({ length: 20 }, () => start(alice, conversationId)));
    expect(new Set(said.map(({ expiresAt }) => expiresAt)).size).toBe(1);
    expect(await heardBy(bob)).toEqual([said[0]]);
  });

  it('stops with an end that has come, told once', async () => {
    const conversationId = await group(bob);
    await stop(alice, conversationId);
    expect(await heardBy(bob)).toEqual([]);
    const started = await start(alice, conversationId);
    const stopped = await stop(alice, conversationId);
    expect(Date.parse(stopped.expiresAt)).toBeLessThanOrEqual(now());
    expect(await stop(alice, conversationId)).toEqual(stopped);
    expect(await start(alice, conversationId)).toEqual(stopped); // too early to be told again
    expect(await heardBy(bob)).toEqual([started, stopped]);
    later(3_001);
    const again = await start(alice, conversationId);
    later(10_000);
    await stop(alice, conversationId);
    expect(await heardBy(bob)).toEqual([started, stopped, again]);
  });

  it('is heard by nobody who blocks the typist, or is blocked by them', async () => {
    const conversationId = await group(bob, carol);
    const dave = await join('dave');
    await expectData(alice.device.request(addMembers, { conversationId, userIds: [dave.id] }));
    await expectData(bob.device.request(addBlock, { userId: alice.id }));
    await expectData(alice.device.request(addBlock, { userId: dave.id }));
    const said = await start(alice, conversationId);
    expect([await heardBy(bob), await heardBy(dave), await heardBy(carol)]).toEqual([[], [], [said]]);
    for (const typist of [bob, dave]) await start(typist, conversationId);
    expect(await heardBy(alice)).toEqual([]);
    expect(await heardBy(carol)).toHaveLength(3);
  });

  it('is refused in a DM as a message would be', async () => {
    const input = { type: 'dm', memberIds: [bob.id] };
    const { id: conversationId } = await expectData(alice.device.request(createConversation, input));
    const said = await start(alice, conversationId);
    expect(await heardBy(bob)).toEqual([said]);
    await expectData(bob.device.request(addBlock, { userId: alice.id }));
    later(3_001);
    for (const command of [startTyping, stopTyping]) {
      expect(await expectErrorCode(alice.device.request(command, { conversationId }))).toBe('unavailable');
      expect(await expectErrorCode(bob.device.request(command, { conversationId }))).toBe('blocked_by_you');
    }
    expect([await heardBy(bob), await heardBy(alice)]).toEqual([[said], []]);
  });

  it('is neither for nor of who is out', async () => {
    const conversationId = await group(bob, carol);
    const said = await start(alice, conversationId);
    await expectData(alice.device.request(removeMember, { conversationId, userId: bob.id }));
    later(3_001);
    await start(alice, conversationId);
    expect(await heardBy(bob)).toEqual([said]);
    for (const command of [startTyping, stopTyping])
      expect(await expectErrorCode(bob.device.request(command, { conversationId }))).toBe('not_found');
    expect(await heardBy(carol)).toHaveLength(2);
  });

  it('is stored nowhere, and forgotten soon', async () => {
    const conversationIds = [await group(bob), await group(bob), await group(bob)];
    const before = await tableFingerprints(server);
    for (const conversationId of conversationIds) await start(alice, conversationId);
    await stop(alice, conversationIds[0]!);
    expect(await tableFingerprints(server)).toEqual(before);
    later(10_000);
    await start(bob, conversationIds[0]!);
    const { told } = server.app.get<{ told: Map<string, object> }>(TypingService);
    expect([...told.keys()]).toEqual([`${bob.id} ${conversationIds[0]}`]);
  });

  it('is off in a conversation of more members than the operator allows, which says so', async () => {
    const small = await startTestServer({ typingMaxMembers: 2 });
    try {
      const [ann, ben, cleo] = [
        await join('ann', small),
        await join('ben', small),
        await join('cleo', small),
      ];
      const input = { type: 'group', memberIds: [ben.id] };
      const { id: conversationId, features } = await expectData(
        ann.device.request(createConversation, input),
      );
      expect(features).toEqual({ typing: true, receipts: true });
      const said = await start(ann, conversationId);
      const members = { conversationId, userIds: [cleo.id] };
      const added = await expectData(ann.device.request(addMembers, members));
      expect(added.features).toEqual({ typing: false, receipts: true });
      expect(await expectErrorCode(ben.device.request(startTyping, { conversationId }))).toBe(
        'typing_disabled',
      );
      expect(await expectErrorCode(ann.device.request(stopTyping, { conversationId }))).toBe(
        'typing_disabled',
      );
      expect([await heardBy(ben), await heardBy(ann)]).toEqual([[said], []]);
    } finally {
      devices.forEach((device) => device.close());
      await small.stop();
    }
  });

  it('is on in any conversation where there is no limit', async () => {
    const open = await startTestServer({ typingMaxMembers: 0 });
    try {
      const [ann, ben] = [await join('ann', open), await join('ben', open)];
      const input = { type: 'group', memberIds: [ben.id] };
      const { id: conversationId } = await expectData(ann.device.request(createConversation, input));
      const said = await start(ann, conversationId);
      expect(await heardBy(ben)).toEqual([said]);
    } finally {
      devices.forEach((device) => device.close());
      await open.stop();
    }
  });
});

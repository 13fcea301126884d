import { Database } from '../../../src/kernel/database/database.js';
import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { addMembers, removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import type { TypingDto } from '../../../src/modules/typing/dto/typing.dto.js';
import { startTyping, stopTyping } from '../../../src/modules/typing/typing.contract.js';
import { TypingService } from '../../../src/modules/typing/typing.service.js';
import { tableFingerprints } from '../../support/contract/table-fingerprints.js';
import { expectData, Device, expectErrorCode } from '../../support/clients/transports.js';
import { createUser, startTestServer, type TestServer } from '../../support/servers/test-server.js';

interface TypingUser {
  id: string;
  device: Device;
}

describe('Typing indicator', () => {
  let server: TestServer;
  let alice: TypingUser;
  let bob: TypingUser;
  let carol: TypingUser;
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

  async function join(name: string, at = server): Promise<TypingUser> {
    const { id, token } = await createUser(at, `${name}-${++number}`);
    const device = await Device.connect(at.url, token);
    devices.push(device);
    return { id, device };
  }

  async function group(...others: TypingUser[]): Promise<string> {
    const memberIds = others.map(({ id }) => id);
    return (await expectData(alice.device.request(createConversation, { type: 'group', memberIds }))).id;
  }

  const start = ({ device }: TypingUser, conversationId: string): Promise<TypingDto> =>
    expectData(device.request(startTyping, { conversationId }));
  const stop = ({ device }: TypingUser, conversationId: string): Promise<TypingDto> =>
    expectData(device.request(stopTyping, { conversationId }));

  /** Typing events emitted to the device so far: they leave the server before the answer to their command. */
  async function typingEventsOf({ device }: TypingUser): Promise<object[]> {
    await device.settleEvents();
    return device.events.filter(({ name }) => name === 'typing.updated').map(({ payload }) => payload);
  }

  /** Sets the clock of the server ahead by a number of milliseconds. */
  function later(milliseconds: number): void {
    jest.spyOn(Date, 'now').mockImplementation(() => now() + milliseconds);
  }

  it('reaches the other members for six seconds and no device of the typing user', async () => {
    const conversationId = await group(bob);
    const before = now();
    const sentTyping = await start(alice, conversationId);
    expect(sentTyping).toMatchObject({ conversationId, userId: alice.id });
    const lifetime = Date.parse(sentTyping.expiresAt) - before;
    expect([lifetime >= 6_000, lifetime < 7_000]).toEqual([true, true]);
    expect(await typingEventsOf(bob)).toEqual([sentTyping]);
    expect([await typingEventsOf(alice), await typingEventsOf(carol)]).toEqual([[], []]);
  });

  it('is published once in three seconds, and repeated starts run no statement', async () => {
    const conversationId = await group(bob);
    const sentTyping = await start(alice, conversationId);
    const statements = jest.spyOn(server.app.get(Database), 'query');
    for (let time = 0; time < 50; time++) expect(await start(alice, conversationId)).toEqual(sentTyping);
    expect(statements).not.toHaveBeenCalled();
    expect(await typingEventsOf(bob)).toEqual([sentTyping]);

    const startedAt = Date.parse(sentTyping.expiresAt) - 6_000;
    later(startedAt + 2_000 - now());
    expect(await start(alice, conversationId)).toEqual(sentTyping);
    later(3_001);
    const again = await start(alice, conversationId);
    expect(again.expiresAt > sentTyping.expiresAt).toBe(true);
    await start(bob, conversationId);
    expect(await typingEventsOf(bob)).toEqual([sentTyping, again]);
    expect(await typingEventsOf(alice)).toHaveLength(1);
  });

  it('names the thread, and is throttled and stopped apart from the conversation', async () => {
    const conversationId = await group(bob);
    const send = (input: object): Promise<{ id: string }> =>
      expectData(bob.device.request(sendMessage, { conversationId, content: 'Said', ...input }));
    const { id: threadRootId } = await send({});
    const { id: replyId } = await send({ threadRootId });
    const mainTyping = await start(alice, conversationId);
    const threadTyping = await expectData(
      alice.device.request(startTyping, { conversationId, threadRootId }),
    );
    const stopped = await expectData(alice.device.request(stopTyping, { conversationId, threadRootId }));
    expect([mainTyping.threadRootId, threadTyping.threadRootId, stopped.threadRootId]).toEqual([
      null,
      threadRootId,
      threadRootId,
    ]);
    expect(await start(alice, conversationId)).toEqual(mainTyping);
    expect(await typingEventsOf(bob)).toEqual([mainTyping, threadTyping, stopped]);
    const elsewhere = await group(bob);
    for (const place of [
      { conversationId, threadRootId: replyId },
      { conversationId: elsewhere, threadRootId },
    ])
      expect(await alice.device.request(startTyping, place)).toMatchObject({
        error: { code: 'validation_failed', errors: [{ field: 'threadRootId', code: 'not_found' }] },
      });
    expect(await typingEventsOf(bob)).toHaveLength(3);
  });

  it('is published once when all devices of the user start at the same time', async () => {
    const conversationId = await group(bob);
    const sentTyping = await Promise.all(Array.from({ length: 20 }, () => start(alice, conversationId)));
    expect(new Set(sentTyping.map(({ expiresAt }) => expiresAt)).size).toBe(1);
    expect(await typingEventsOf(bob)).toEqual([sentTyping[0]]);
  });

  it('publishes one stop, with an expiry that is not in the future', async () => {
    const conversationId = await group(bob);
    await stop(alice, conversationId);
    expect(await typingEventsOf(bob)).toEqual([]);
    const started = await start(alice, conversationId);
    const stopped = await stop(alice, conversationId);
    expect(Date.parse(stopped.expiresAt)).toBeLessThanOrEqual(now());
    expect(await stop(alice, conversationId)).toEqual(stopped);
    expect(await start(alice, conversationId)).toEqual(stopped); // within the publish interval
    expect(await typingEventsOf(bob)).toEqual([started, stopped]);
    later(3_001);
    const again = await start(alice, conversationId);
    later(10_000);
    await stop(alice, conversationId);
    expect(await typingEventsOf(bob)).toEqual([started, stopped, again]);
  });

  it('does not reach members with a block between them and the typing user, in either direction', async () => {
    const conversationId = await group(bob, carol);
    const dave = await join('dave');
    await expectData(alice.device.request(addMembers, { conversationId, userIds: [dave.id] }));
    await expectData(bob.device.request(addBlock, { userId: alice.id }));
    await expectData(alice.device.request(addBlock, { userId: dave.id }));
    const sentTyping = await start(alice, conversationId);
    expect([await typingEventsOf(bob), await typingEventsOf(dave), await typingEventsOf(carol)]).toEqual([
      [],
      [],
      [sentTyping],
    ]);
    for (const typingUser of [bob, dave]) await start(typingUser, conversationId);
    expect(await typingEventsOf(alice)).toEqual([]);
    expect(await typingEventsOf(carol)).toHaveLength(3);
  });

  it('is rejected in a DM with a contact restriction, like a message', async () => {
    const input = { type: 'dm', memberIds: [bob.id] };
    const { id: conversationId } = await expectData(alice.device.request(createConversation, input));
    const sentTyping = await start(alice, conversationId);
    expect(await typingEventsOf(bob)).toEqual([sentTyping]);
    await expectData(bob.device.request(addBlock, { userId: alice.id }));
    later(3_001);
    for (const command of [startTyping, stopTyping]) {
      expect(await expectErrorCode(alice.device.request(command, { conversationId }))).toBe('unavailable');
      expect(await expectErrorCode(bob.device.request(command, { conversationId }))).toBe('blocked_by_you');
    }
    expect([await typingEventsOf(bob), await typingEventsOf(alice)]).toEqual([[sentTyping], []]);
  });

  it('neither reaches a removed member nor is accepted from one', async () => {
    const conversationId = await group(bob, carol);
    const sentTyping = await start(alice, conversationId);
    await expectData(alice.device.request(removeMember, { conversationId, userId: bob.id }));
    later(3_001);
    await start(alice, conversationId);
    expect(await typingEventsOf(bob)).toEqual([sentTyping]);
    for (const command of [startTyping, stopTyping])
      expect(await expectErrorCode(bob.device.request(command, { conversationId }))).toBe('not_found');
    expect(await typingEventsOf(carol)).toHaveLength(2);
  });

  it('is not stored, and leaves the process memory after its lifetime', async () => {
    const conversationIds = [await group(bob), await group(bob), await group(bob)];
    const before = await tableFingerprints(server);
    for (const conversationId of conversationIds) await start(alice, conversationId);
    await stop(alice, conversationIds[0]!);
    expect(await tableFingerprints(server)).toEqual(before);
    later(10_000);
    await start(bob, conversationIds[0]!);
    const { states } = server.app.get<{ states: Map<string, object> }>(TypingService);
    expect([...states.keys()]).toEqual([`${bob.id} ${conversationIds[0]}`]);
  });

  it('is disabled above the configured number of members, as `features` shows', async () => {
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
      const sentTyping = await start(ann, conversationId);
      const members = { conversationId, userIds: [cleo.id] };
      const added = await expectData(ann.device.request(addMembers, members));
      expect(added.features).toEqual({ typing: false, receipts: true });
      expect(await expectErrorCode(ben.device.request(startTyping, { conversationId }))).toBe(
        'typing_disabled',
      );
      expect(await expectErrorCode(ann.device.request(stopTyping, { conversationId }))).toBe(
        'typing_disabled',
      );
      expect([await typingEventsOf(ben), await typingEventsOf(ann)]).toEqual([[sentTyping], []]);
    } finally {
      devices.forEach((device) => device.close());
      await small.stop();
    }
  });

  it('is enabled in every conversation when the limit is 0', async () => {
    const open = await startTestServer({ typingMaxMembers: 0 });
    try {
      const [ann, ben] = [await join('ann', open), await join('ben', open)];
      const input = { type: 'group', memberIds: [ben.id] };
      const { id: conversationId } = await expectData(ann.device.request(createConversation, input));
      const sentTyping = await start(ann, conversationId);
      expect(await typingEventsOf(ben)).toEqual([sentTyping]);
    } finally {
      devices.forEach((device) => device.close());
      await open.stop();
    }
  });
});

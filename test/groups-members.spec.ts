import { setTimeout as sleep } from 'node:timers/promises';
import { getConversation } from '../src/modules/conversations/conversations.contract.js';
import { addMembers, removeMember, updateMember } from '../src/modules/conversations/members.contract.js';
import { getUnread } from '../src/modules/inbox/inbox.contract.js';
import { listMessages, sendMessage } from '../src/modules/messages/messages.contract.js';
import { bothWays, type Actor } from './proof/both-ways.js';
import { data, refusal, type Device } from './setup/doors.js';

const NOBODY = '01890000-0000-7000-8000-000000000000';
/** D9 gives a second; what was committed before may still come. */
const SILENCE_MS = 1_000;

const names = ({ device }: Actor): string[] => device.heard.map(({ name }) => name);

describe('In a group', () => {
  bothWays(
    'who comes in sees all that was said, and has read it',
    async ({ alice, bob, carol, group, say, observe }) => {
      const conversationId = await group();
      await say(alice, conversationId, 'Before');
      const add = { conversationId, userIds: [bob.id, carol.id] };
      expect(await refusal(bob.door.ask(addMembers, add))).toBe('forbidden');
      const unknown = { conversationId, userIds: [carol.id, NOBODY] };
      expect(await refusal(alice.door.ask(addMembers, unknown))).toBe('not_found');

      const added = await data(alice.door.ask(addMembers, add));
      expect(added).toMatchObject({ conversationId, version: 3, memberCount: 3 });
      expect(added.members.map(({ userId }) => userId)).toEqual([bob.id, carol.id].sort());
      const [heard] = await observe('member.added', 1);
      expect(heard).toMatchObject({
        version: 3,
        memberCount: 3,
        members: [{ userId: carol.id, role: 'member' }],
      });
      const [fresh] = await carol.device.hear(1, 'conversation.new');
      expect(fresh).toMatchObject({
        version: 3,
        lastMessage: { excerpt: 'Before' },
        me: { role: 'member', lastReadSeq: 1, unread: 0 },
      });
      expect(fresh).toEqual(await data(carol.rest.ask(getConversation, { conversationId })));
      expect(await data(alice.door.ask(addMembers, add))).toEqual(added);

      const after = await say(bob, conversationId, 'After');
      await observe('message.new', 2);
      expect(await carol.device.hear(1, 'message.new')).toEqual([after]);
      const { items } = await data(carol.door.ask(listMessages, { conversationId }));
      expect(items.map(({ content }) => content)).toEqual(['Before', 'After']);
      expect((await data(carol.door.ask(getUnread, {}))).total).toBe(1);
      expect(names(carol)).toEqual(['conversation.new', 'message.new']);
    },
  );

  bothWays(
    'who is out hears nothing more, until they are back',
    async ({ alice, bob, carol, group, say }) => {
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      const [first, second] = [bob.device, await bob.another()];
      await say(alice, conversationId, 'With bob');
      await second.hear(1, 'message.new');
      const removed = await data(alice.door.ask(removeMember, { conversationId, userId: bob.id }));
      expect(removed).toMatchObject({ conversationId, version: 3, memberCount: 2, userId: bob.id });
      for (const { device } of [alice, carol])
        expect(await device.hear(1, 'member.removed')).toEqual([removed]);
      for (const device of [first, second])
        expect(await device.hear(1, 'conversation.removed')).toEqual([
          { conversationId, version: 3, meVersion: 2 },
        ]);
      expect(await refusal(alice.door.ask(removeMember, { conversationId, userId: bob.id }))).toBe(
        'not_found',
      );

      const lengths = (): number[] => [first, second].map(({ heard }: Device) => heard.length);
      const before = lengths();
      await say(alice, conversationId, 'Without bob');
      await data(alice.door.ask(updateMember, { conversationId, userId: carol.id, role: 'admin' }));
      await carol.device.hear(2, 'message.new');
      await sleep(SILENCE_MS);
      expect(lengths()).toEqual(before);
      expect(names(bob)).not.toContain('member.removed');
      expect(await refusal(bob.door.ask(sendMessage, { conversationId, content: 'Hm' }))).toBe('not_found');
      expect(await refusal(bob.door.ask(listMessages, { conversationId }))).toBe('not_found');

      await data(carol.door.ask(addMembers, { conversationId, userIds: [bob.id] }));
      const [, back] = await bob.device.hear(2, 'conversation.new');
      expect(back).toMatchObject({ version: 6, me: { role: 'member', lastReadSeq: 2, unread: 0 } });
      const { items } = await data(bob.door.ask(listMessages, { conversationId }));
      expect(items.map(({ content }) => content)).toEqual(['With bob', 'Without bob']);
      const again = await say(carol, conversationId, 'Welcome');
      expect((await bob.device.hear(2, 'message.new'))[1]).toEqual(again);
    },
  );

  bothWays('anybody may leave but the last owner', async ({ alice, bob, carol, group }) => {
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const leave = { conversationId, userId: 'me' };
    const left = await data(carol.door.ask(removeMember, leave));
    expect(left).toMatchObject({ conversationId, version: 2, memberCount: 2, userId: carol.id });
    await carol.device.hear(1, 'conversation.removed');
    expect(await refusal(carol.door.ask(removeMember, leave))).toBe('not_found');
    expect(await refusal(alice.door.ask(removeMember, leave))).toBe('last_owner');
    const itself = { conversationId, userId: alice.id };
    expect(await refusal(alice.door.ask(removeMember, itself))).toBe('last_owner');
    expect(await refusal(alice.door.ask(updateMember, { ...itself, role: 'member' }))).toBe('last_owner');

    await data(alice.door.ask(updateMember, { conversationId, userId: bob.id, role: 'owner' }));
    await data(alice.door.ask(removeMember, itself));
    await alice.device.hear(1, 'conversation.removed');
    expect(await refusal(bob.door.ask(removeMember, leave))).toBe('last_owner');
    expect((await data(bob.rest.ask(getConversation, { conversationId }))).memberCount).toBe(1);
  });

  bothWays(
    'owners give roles, and say so when something has changed',
    async ({ alice, bob, carol, group, observe }) => {
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      const promote = { conversationId, userId: bob.id, role: 'admin' };
      expect(await refusal(bob.door.ask(updateMember, promote))).toBe('forbidden');
      const promoted = await data(alice.door.ask(updateMember, promote));
      expect(promoted).toMatchObject({
        version: 2,
        memberCount: 3,
        members: [{ userId: bob.id, role: 'admin' }],
      });
      expect(await data(alice.door.ask(updateMember, promote))).toEqual(promoted);
      expect(await observe('member.updated', 1, alice, bob, carol)).toEqual([promoted]);
      expect(await refusal(bob.door.ask(updateMember, { ...promote, userId: carol.id }))).toBe('forbidden');
      expect(await refusal(alice.door.ask(updateMember, { ...promote, userId: NOBODY }))).toBe('not_found');

      await data(alice.door.ask(updateMember, { ...promote, userId: carol.id }));
      expect(await refusal(bob.door.ask(removeMember, { conversationId, userId: carol.id }))).toBe(
        'forbidden',
      );
      expect(await refusal(bob.door.ask(removeMember, { conversationId, userId: alice.id }))).toBe(
        'forbidden',
      );
      await data(alice.door.ask(updateMember, { conversationId, userId: carol.id, role: 'member' }));
      await data(bob.door.ask(removeMember, { conversationId, userId: carol.id }));

      await data(alice.door.ask(updateMember, { ...promote, role: 'owner' }));
      await data(bob.door.ask(updateMember, { conversationId, userId: alice.id, role: 'member' }));
      const { me } = await data(alice.rest.ask(getConversation, { conversationId }));
      expect(me).toMatchObject({ role: 'member' });
    },
  );

  bothWays('an owner hands it over in one change', async ({ alice, bob, carol, group, observe }) => {
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const handOver = { conversationId, userId: bob.id, role: 'owner', handOver: true };
    const refused = (more: object): Promise<string> =>
      refusal(alice.door.ask(updateMember, { ...handOver, ...more }));
    expect(await refused({ role: 'admin' })).toBe('validation_failed');
    expect(await refused({ userId: alice.id })).toBe('validation_failed');
    expect(await refused({ userId: NOBODY })).toBe('not_found');
    expect(await refusal(carol.door.ask(updateMember, handOver))).toBe('forbidden');

    const handed = await data(alice.door.ask(updateMember, handOver));
    expect(handed.version).toBe(2);
    const roles = Object.fromEntries(handed.members.map(({ userId, role }) => [userId, role]));
    expect(roles).toEqual({ [alice.id]: 'admin', [bob.id]: 'owner' });
    expect(await observe('member.updated', 1, alice, bob, carol)).toEqual([handed]);
    expect(await refusal(alice.door.ask(updateMember, handOver))).toBe('forbidden');

    await data(bob.door.ask(updateMember, { conversationId, userId: alice.id, role: 'owner' }));
    const toAnOwner = { ...handOver, userId: alice.id };
    expect((await data(bob.door.ask(updateMember, toAnOwner))).version).toBe(4);
    expect(await refusal(bob.door.ask(removeMember, { conversationId, userId: alice.id }))).toBe('forbidden');
  });
});

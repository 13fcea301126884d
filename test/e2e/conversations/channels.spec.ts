import {
  createConversation,
  getConversation,
  listChannels,
  updateConversation,
} from '../../../src/modules/conversations/conversations.contract.js';
import type { ChannelPageDto } from '../../../src/modules/conversations/dto/conversation.dto.js';
import type { ConversationStateDto } from '../../../src/modules/conversations/dto/conversation.dto.js';
import {
  addMembers,
  joinConversation,
  removeMember,
} from '../../../src/modules/conversations/members/members.contract.js';
import { listMessages } from '../../../src/modules/messages/messages.contract.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { bothTransports, type TestActor } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode, type Answer } from '../../support/clients/transports.js';

/** In case-insensitive order of the title. */
const TITLES = [
  '%',
  '100% sure',
  'A_b',
  'axb',
  'tea',
  'Tea',
  'tea',
  'Tea_time',
  'TEAM',
  'Zoo',
  'Ärger',
  '茶',
];

async function listed({ rest }: TestActor, input: object = {}): Promise<ChannelPageDto> {
  return expectData(rest.request(listChannels, input));
}

async function titles(actor: TestActor, input: object = {}): Promise<(string | null)[]> {
  return (await listed(actor, input)).items.map(({ title }) => title);
}

describe('A channel', () => {
  bothTransports(
    'that is public is listed for and joined by any user',
    async ({ alice, bob, carol, sendText, observe }) => {
      const input = { type: 'channel', title: 'Tea', description: 'Hot', isPrivate: false, clientId: 'tea' };
      const { id: conversationId } = await expectData(alice.transport.request(createConversation, input));
      await sendText(alice, conversationId, 'Before');
      const [found] = (await listed(bob, { q: 'tE' })).items;
      expect(found).toMatchObject({ id: conversationId, title: 'Tea', memberCount: 1, joined: false });
      expect(Object.keys(found!)).not.toEqual(
        expect.arrayContaining(['members', 'lastMessage', 'membership']),
      );
      expect(await expectErrorCode(bob.transport.request(listMessages, { conversationId }))).toBe(
        'not_found',
      );

      const joined = await expectData(bob.transport.request(joinConversation, { conversationId }));
      expect(joined).toMatchObject({
        memberCount: 2,
        version: 3,
        lastMessage: { excerpt: 'Before' },
        membership: { role: 'member', lastReadSeq: 1, unread: 0 },
      });
      expect(await bob.device.waitForEvents(1, 'conversation.new')).toEqual([joined]);
      expect((await alice.device.waitForEvents(1, 'member.added'))[0]).toMatchObject({
        version: 3,
        memberCount: 2,
        members: [{ userId: bob.id, role: 'member' }],
      });
      expect(await expectData(bob.transport.request(joinConversation, { conversationId }))).toEqual(joined);
      expect((await expectData(alice.transport.request(joinConversation, { conversationId }))).version).toBe(
        3,
      );
      expect((await listed(bob)).items).toMatchObject([{ id: conversationId, joined: true }]);
      expect((await expectData(bob.transport.request(listMessages, { conversationId }))).items).toHaveLength(
        1,
      );

      await sendText(bob, conversationId);
      await observe('message.new', 1, bob);
      await expectData(bob.transport.request(removeMember, { conversationId, userId: 'me' }));
      expect(
        (await expectData(bob.transport.request(joinConversation, { conversationId }))).membership
          ?.lastReadSeq,
      ).toBe(2);
      expect(carol.device.events).toEqual([]);
      expect(
        await expectErrorCode(carol.transport.request(joinConversation, { conversationId: UNKNOWN_ID })),
      ).toBe('not_found');
    },
  );

  bothTransports('that is private requires an invitation', async ({ alice, bob, carol, observe }) => {
    const input = { type: 'channel', title: 'Plans', memberIds: [bob.id] };
    const { id: conversationId, isPrivate } = await expectData(
      alice.transport.request(createConversation, input),
    );
    expect(isPrivate).toBe(true);
    expect((await listed(alice)).items).toEqual([]);
    expect(await expectErrorCode(carol.transport.request(joinConversation, { conversationId }))).toBe(
      'not_found',
    );
    await expectData(bob.transport.request(joinConversation, { conversationId }));
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [carol.id] }));
    await observe('member.added', 1);
    expect((await expectData(carol.rest.request(getConversation, { conversationId }))).memberCount).toBe(3);
  });

  bothTransports('changes its visibility, and keeps a title', async ({ alice, bob, carol, observe }) => {
    const input = { type: 'channel', title: 'Plans', memberIds: [bob.id] };
    const { id: conversationId } = await expectData(alice.transport.request(createConversation, input));
    const update = (change: object): Promise<Answer<ConversationStateDto>> =>
      alice.transport.request(updateConversation, { conversationId, ...change });
    expect(await expectErrorCode(update({ title: null }))).toBe('validation_failed');
    const opened = await expectData(update({ isPrivate: false }));
    expect(opened).toMatchObject({ isPrivate: false, version: 2 });
    expect(await expectData(update({ isPrivate: false }))).toEqual(opened);
    expect(await titles(carol)).toEqual(['Plans']);
    await expectData(carol.transport.request(joinConversation, { conversationId }));
    await expectData(update({ isPrivate: true }));
    await observe('conversation.updated', 2);
    expect(await titles(carol)).toEqual([]);
    await expectData(carol.transport.request(removeMember, { conversationId, userId: 'me' }));
    expect(await expectErrorCode(carol.transport.request(joinConversation, { conversationId }))).toBe(
      'not_found',
    );
  });

  bothTransports(
    'is listed by the beginnings of words of its title, page by page',
    async ({ alice, bob }) => {
      for (const title of [...TITLES].reverse())
        await expectData(
          alice.transport.request(createConversation, { type: 'channel', title, isPrivate: false }),
        );
      await expectData(
        alice.transport.request(createConversation, { type: 'channel', title: 'tea, in private' }),
      );
      await expectData(
        alice.transport.request(createConversation, { type: 'group', title: 'tea in a group' }),
      );

      const all = await listed(bob);
      expect(all.nextCursor).toBeNull();
      expect(all.items.map(({ title }) => title!.toLowerCase())).toEqual(
        TITLES.map((title) => title.toLowerCase()),
      );
      for (const [limit, q] of [[1], [3], [4], [2, 'te']] as [number, string?][]) {
        const whole = (await listed(bob, { q })).items.map(({ id }) => id);
        const found: string[] = [];
        for (let cursor: string | null | undefined; cursor !== null;) {
          const page: ChannelPageDto = await listed(bob, { limit, q, cursor });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          found.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        }
        expect(found).toEqual(whole);
      }
      expect(await titles(bob, { q: 'TIM tea' })).toEqual(['Tea_time']);
      expect(await titles(bob, { q: '%' })).toEqual(['%', '100% sure']);
      expect(await titles(bob, { q: 'arg' })).toEqual(['Ärger']);
      expect(await titles(bob, { q: '\\' })).toEqual([]);
      expect(await titles(bob, { q: 'in' })).toEqual([]);
    },
  );
});

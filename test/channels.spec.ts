import {
  createConversation,
  getConversation,
  listChannels,
  updateConversation,
} from '../src/modules/conversations/conversations.contract.js';
import type { ChannelPageDto } from '../src/modules/conversations/dto/channels.dto.js';
import type { ConversationStateDto } from '../src/modules/conversations/dto/conversation.dto.js';
import { addMembers, joinConversation, removeMember } from '../src/modules/conversations/members.contract.js';
import { listMessages } from '../src/modules/messages/messages.contract.js';
import { bothWays, type Actor } from './proof/both-ways.js';
import { data, refusal, type Answer } from './setup/doors.js';

const NOBODY = '01890000-0000-7000-8000-000000000000';
/** In the order of their titles, whatever the case. */
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

async function listed({ rest }: Actor, input: object = {}): Promise<ChannelPageDto> {
  return data(rest.ask(listChannels, input));
}

async function titles(who: Actor, input: object = {}): Promise<(string | null)[]> {
  return (await listed(who, input)).items.map(({ title }) => title);
}

describe('A channel', () => {
  bothWays('that is public is found and joined by everybody', async ({ alice, bob, carol, say, observe }) => {
    const input = { type: 'channel', title: 'Tea', description: 'Hot', isPrivate: false, clientId: 'tea' };
    const { id: conversationId } = await data(alice.door.ask(createConversation, input));
    await say(alice, conversationId, 'Before');
    const [found] = (await listed(bob, { q: 'tE' })).items;
    expect(found).toMatchObject({ id: conversationId, title: 'Tea', memberCount: 1, joined: false });
    expect(Object.keys(found!)).not.toEqual(expect.arrayContaining(['members', 'lastMessage', 'me']));
    expect(await refusal(bob.door.ask(listMessages, { conversationId }))).toBe('not_found');

    const joined = await data(bob.door.ask(joinConversation, { conversationId }));
    expect(joined).toMatchObject({
      memberCount: 2,
      version: 3,
      lastMessage: { excerpt: 'Before' },
      me: { role: 'member', lastReadSeq: 1, unread: 0 },
    });
    expect(await bob.device.hear(1, 'conversation.new')).toEqual([joined]);
    expect((await alice.device.hear(1, 'member.added'))[0]).toMatchObject({
      version: 3,
      memberCount: 2,
      members: [{ userId: bob.id, role: 'member' }],
    });
    expect(await data(bob.door.ask(joinConversation, { conversationId }))).toEqual(joined);
    expect((await data(alice.door.ask(joinConversation, { conversationId }))).version).toBe(3);
    expect((await listed(bob)).items).toMatchObject([{ id: conversationId, joined: true }]);
    expect((await data(bob.door.ask(listMessages, { conversationId }))).items).toHaveLength(1);

    await say(bob, conversationId);
    await observe('message.new', 1, bob);
    await data(bob.door.ask(removeMember, { conversationId, userId: 'me' }));
    expect((await data(bob.door.ask(joinConversation, { conversationId }))).me?.lastReadSeq).toBe(2);
    expect(carol.device.heard).toEqual([]);
    expect(await refusal(carol.door.ask(joinConversation, { conversationId: NOBODY }))).toBe('not_found');
  });

  bothWays('that is private is by invitation', async ({ alice, bob, carol, observe }) => {
    const input = { type: 'channel', title: 'Plans', memberIds: [bob.id] };
    const { id: conversationId, isPrivate } = await data(alice.door.ask(createConversation, input));
    expect(isPrivate).toBe(true);
    expect((await listed(alice)).items).toEqual([]);
    expect(await refusal(carol.door.ask(joinConversation, { conversationId }))).toBe('not_found');
    await data(bob.door.ask(joinConversation, { conversationId }));
    await data(alice.door.ask(addMembers, { conversationId, userIds: [carol.id] }));
    await observe('member.added', 1);
    expect((await data(carol.rest.ask(getConversation, { conversationId }))).memberCount).toBe(3);
  });

  bothWays('opens and closes, and keeps a title', async ({ alice, bob, carol, observe }) => {
    const input = { type: 'channel', title: 'Plans', memberIds: [bob.id] };
    const { id: conversationId } = await data(alice.door.ask(createConversation, input));
    const update = (change: object): Promise<Answer<ConversationStateDto>> =>
      alice.door.ask(updateConversation, { conversationId, ...change });
    expect(await refusal(update({ title: null }))).toBe('validation_failed');
    const opened = await data(update({ isPrivate: false }));
    expect(opened).toMatchObject({ isPrivate: false, version: 2 });
    expect(await data(update({ isPrivate: false }))).toEqual(opened);
    expect(await titles(carol)).toEqual(['Plans']);
    await data(carol.door.ask(joinConversation, { conversationId }));
    await data(update({ isPrivate: true }));
    await observe('conversation.updated', 2);
    expect(await titles(carol)).toEqual([]);
    await data(carol.door.ask(removeMember, { conversationId, userId: 'me' }));
    expect(await refusal(carol.door.ask(joinConversation, { conversationId }))).toBe('not_found');
  });

  bothWays('is listed by the beginning of its title, page by page', async ({ alice, bob }) => {
    for (const title of [...TITLES].reverse())
      await data(alice.door.ask(createConversation, { type: 'channel', title, isPrivate: false }));
    await data(alice.door.ask(createConversation, { type: 'channel', title: 'tea, in private' }));
    await data(alice.door.ask(createConversation, { type: 'group', title: 'tea in a group' }));

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
    expect(await titles(bob, { q: 'TEA_' })).toEqual(['Tea_time']);
    expect(await titles(bob, { q: '%' })).toEqual(['%']);
    expect(await titles(bob, { q: 'ä' })).toEqual(['Ärger']);
    expect(await titles(bob, { q: '\\' })).toEqual([]);
    expect(await titles(bob, { q: 'in' })).toEqual([]);
  });
});

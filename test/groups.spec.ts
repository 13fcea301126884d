import {
  createConversation,
  deleteConversation,
  getConversation,
  updateConversation,
} from '../src/modules/conversations/conversations.contract.js';
import {
  addMembers,
  joinConversation,
  removeMember,
  updateMember,
} from '../src/modules/conversations/members.contract.js';
import { listMessages, sendMessage } from '../src/modules/messages/messages.contract.js';
import { bothWays } from './proof/both-ways.js';
import { fingerprints } from './proof/fingerprints.js';
import { data, refusal } from './setup/doors.js';

const NOBODY = '01890000-0000-7000-8000-000000000000';
const PICTURE = 'https://example.com/team.png';

describe('A group', () => {
  bothWays('begins with its members, once for each clientId', async ({ alice, bob, carol, observe, sql }) => {
    const about = { title: 'Team', description: 'Who builds it', avatarUrl: PICTURE };
    const input = { type: 'group', ...about, memberIds: [bob.id], clientId: 'team' };
    const group = await data(alice.door.ask(createConversation, input));
    expect(group).toMatchObject({
      ...about,
      type: 'group',
      isPrivate: true,
      createdBy: alice.id,
      version: 1,
      lastSeq: 0,
      memberCount: 2,
      lastMessage: null,
      me: { role: 'owner', lastReadSeq: 0, unread: 0, meVersion: 1 },
    });
    const roles = Object.fromEntries(group.members.map(({ userId, role }) => [userId, role]));
    expect(roles).toEqual({ [alice.id]: 'owner', [bob.id]: 'member' });
    expect(Object.keys(group.users).sort()).toEqual([alice.id, bob.id].sort());
    await observe('conversation.new', 1);
    expect(await alice.device.hear(1)).toEqual([group]);
    expect((await bob.device.hear(1))[0]!.me).toEqual({ ...group.me, role: 'member' });

    const again = { ...input, title: 'Another', memberIds: [carol.id] };
    expect(await data(alice.door.ask(createConversation, again))).toEqual(group);
    const asChannel = { type: 'channel', title: 'Team', clientId: 'team' };
    expect(await refusal(alice.door.ask(createConversation, asChannel))).toBe('client_id_reused');
    const asDm = { type: 'dm', memberIds: [carol.id], clientId: 'team' };
    expect(await refusal(alice.door.ask(createConversation, asDm))).toBe('client_id_reused');
    const bobs = await data(bob.door.ask(createConversation, { type: 'group', clientId: 'team' }));
    expect(bobs).toMatchObject({ title: null, memberCount: 1, members: [{ userId: bob.id, role: 'owner' }] });
    expect(await sql('SELECT FROM conversations')).toHaveLength(2);
    expect(carol.device.heard).toEqual([]);
  });

  bothWays('is not made of nonsense', async ({ server, alice, bob }) => {
    const before = await fingerprints(server);
    const refused = async (input: object): Promise<string> =>
      refusal(alice.door.ask(createConversation, input));
    expect(await refused({ type: 'group', memberIds: [bob.id, NOBODY] })).toBe('not_found');
    expect(await refused({ type: 'group', isPrivate: false })).toBe('validation_failed');
    expect(await refused({ type: 'channel' })).toBe('validation_failed');
    expect(await refused({ type: 'group', ownerId: bob.id })).toBe('forbidden');
    expect(await fingerprints(server)).toEqual(before);
  });

  bothWays(
    'changes its title, and says so when something has changed',
    async ({ alice, bob, group, observe }) => {
      const conversationId = await group();
      const change = { conversationId, title: 'Crew', description: 'All of us', avatarUrl: PICTURE };
      const changed = await data(alice.door.ask(updateConversation, change));
      expect(changed).toMatchObject({
        title: 'Crew',
        description: 'All of us',
        avatarUrl: PICTURE,
        version: 2,
      });
      for (const same of [change, { conversationId }, { conversationId, isPrivate: true }])
        expect(await data(alice.door.ask(updateConversation, same))).toEqual(changed);
      expect(await refusal(bob.door.ask(updateConversation, change))).toBe('forbidden');
      const opened = { conversationId, isPrivate: false };
      expect(await refusal(alice.door.ask(updateConversation, opened))).toBe('validation_failed');

      const nothing = { conversationId, title: null, description: null, avatarUrl: null };
      const emptied = await data(alice.door.ask(updateConversation, nothing));
      expect(emptied).toMatchObject({ title: null, description: null, avatarUrl: null, version: 3 });
      expect(await observe('conversation.updated', 2)).toEqual([changed, emptied]);
      const {
        me: _me,
        members: _members,
        lastMessage: _last,
        users: _users,
        ...read
      } = await data(bob.rest.ask(getConversation, { conversationId }));
      expect(read).toEqual(emptied);
    },
  );

  bothWays('ends for everybody, with all that was in it', async ({ alice, bob, carol, group, say, sql }) => {
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    await say(bob, conversationId);
    await data(alice.door.ask(updateMember, { conversationId, userId: bob.id, role: 'admin' }));
    for (const { door } of [bob, carol])
      expect(await refusal(door.ask(deleteConversation, { conversationId }))).toBe('forbidden');
    expect(await data(alice.door.ask(deleteConversation, { conversationId }))).toEqual({ conversationId });

    for (const { device, door } of [alice, bob, carol]) {
      expect(await device.hear(1, 'conversation.removed')).toEqual([
        { conversationId, version: 4, meVersion: 2 },
      ]);
      expect(await refusal(door.ask(sendMessage, { conversationId, content: 'Hm' }))).toBe('not_found');
    }
    for (const table of ['conversations', 'conversation_members', 'messages'])
      expect(await sql(`SELECT FROM ${table}`)).toEqual([]);
    expect(await refusal(alice.door.ask(deleteConversation, { conversationId }))).toBe('not_found');
  });

  bothWays('of the host’s making belongs to who is named', async ({ alice, bob, carol, host, say, sql }) => {
    const { door, rest, device, id } = await host();
    const input = { type: 'group', title: 'Team', ownerId: alice.id, memberIds: [bob.id], clientId: 'host' };
    const group = await data(door.ask(createConversation, input));
    expect(group).toMatchObject({ createdBy: id, memberCount: 2, me: null, lastMessage: null });
    expect(await data(door.ask(createConversation, input))).toEqual(group);
    expect((await alice.device.hear(1, 'conversation.new'))[0]).toMatchObject({ me: { role: 'owner' } });
    expect((await bob.device.hear(1, 'conversation.new'))[0]).toMatchObject({ me: { role: 'member' } });

    const conversationId = group.id;
    await say(alice, conversationId, 'Secret');
    expect(await refusal(rest.ask(getConversation, { conversationId }))).toBe('not_found');
    expect(await refusal(door.ask(listMessages, { conversationId }))).toBe('not_found');
    expect(await refusal(door.ask(sendMessage, { conversationId, content: 'Hm' }))).toBe('not_found');
    expect(await refusal(door.ask(joinConversation, { conversationId }))).toBe('not_found');
    expect((await data(door.ask(createConversation, input))).lastMessage).toBeNull();

    await data(door.ask(updateConversation, { conversationId, title: 'Crew' }));
    await data(door.ask(addMembers, { conversationId, userIds: [carol.id] }));
    await data(door.ask(updateMember, { conversationId, userId: bob.id, role: 'owner' }));
    await data(door.ask(removeMember, { conversationId, userId: alice.id }));
    expect(await refusal(door.ask(removeMember, { conversationId, userId: bob.id }))).toBe('last_owner');
    expect(device.heard).toEqual([]);

    const joined = await data(door.ask(addMembers, { conversationId, userIds: [id] }));
    expect(joined.members).toMatchObject([{ userId: id, role: 'member' }]);
    expect((await data(door.ask(createConversation, input))).me).toMatchObject({ role: 'member' });
    await data(door.ask(deleteConversation, { conversationId }));
    await device.hear(1, 'conversation.removed');
    expect(await sql('SELECT FROM conversations')).toEqual([]);
  });

  bothWays(
    'has no more members than it may have',
    async ({ alice, bob, carol, host, group, sql }) => {
      const dave = await host();
      const all = [bob.id, carol.id, dave.id];
      const create = { type: 'group', memberIds: all };
      expect(await refusal(alice.door.ask(createConversation, create))).toBe('conversation_full');
      const conversationId = await group({ memberIds: [alice.id, bob.id] });
      const add = (...userIds: string[]): Promise<string> =>
        refusal(alice.door.ask(addMembers, { conversationId, userIds }));
      expect(await add(carol.id, dave.id)).toBe('conversation_full');
      await data(alice.door.ask(addMembers, { conversationId, userIds: [bob.id, carol.id] }));
      expect(await add(dave.id)).toBe('conversation_full');
      await data(carol.door.ask(removeMember, { conversationId, userId: 'me' }));
      await data(alice.door.ask(addMembers, { conversationId, userIds: [dave.id] }));

      const channel = { type: 'channel', title: 'Small', isPrivate: false, memberIds: [bob.id, dave.id] };
      const { id } = await data(alice.door.ask(createConversation, channel));
      expect(await refusal(carol.door.ask(joinConversation, { conversationId: id }))).toBe(
        'conversation_full',
      );
      expect(await sql('SELECT FROM conversation_members')).toHaveLength(6);
    },
    { maxGroupMembers: 3 },
  );
});

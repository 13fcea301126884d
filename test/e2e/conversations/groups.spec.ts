import {
  createConversation,
  deleteConversation,
  getConversation,
  updateConversation,
} from '../../../src/modules/conversations/conversations.contract.js';
import {
  addMembers,
  joinConversation,
  removeMember,
  updateMember,
} from '../../../src/modules/conversations/members/members.contract.js';
import { listMessages, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import { tableFingerprints } from '../../support/contract/table-fingerprints.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';

const PICTURE = 'https://example.com/team.png';

describe('A group', () => {
  bothTransports(
    'is created with its members, once per clientId',
    async ({ alice, bob, carol, observe, sql }) => {
      const about = { title: 'Team', description: 'Who builds it', avatarUrl: PICTURE };
      const input = { type: 'group', ...about, memberIds: [bob.id], clientId: 'team' };
      const group = await expectData(alice.transport.request(createConversation, input));
      expect(group).toMatchObject({
        ...about,
        type: 'group',
        isPrivate: true,
        createdBy: alice.id,
        version: 1,
        lastSeq: 0,
        memberCount: 2,
        lastMessage: null,
        membership: { role: 'owner', lastReadSeq: 0, unread: 0, accountVersion: 1 },
      });
      const roles = Object.fromEntries(group.members.map(({ userId, role }) => [userId, role]));
      expect(roles).toEqual({ [alice.id]: 'owner', [bob.id]: 'member' });
      expect(Object.keys(group.users).sort()).toEqual([alice.id, bob.id].sort());
      await observe('conversation.new', 1);
      expect(await alice.device.waitForEvents(1)).toEqual([group]);
      expect((await bob.device.waitForEvents(1))[0]!.membership).toEqual({
        ...group.membership,
        role: 'member',
      });

      const again = { ...input, title: 'Another', memberIds: [carol.id] };
      expect(await expectData(alice.transport.request(createConversation, again))).toEqual(group);
      const asChannel = { type: 'channel', title: 'Team', clientId: 'team' };
      expect(await expectErrorCode(alice.transport.request(createConversation, asChannel))).toBe(
        'client_id_reused',
      );
      const asDm = { type: 'dm', memberIds: [carol.id], clientId: 'team' };
      expect(await expectErrorCode(alice.transport.request(createConversation, asDm))).toBe(
        'client_id_reused',
      );
      const bobs = await expectData(
        bob.transport.request(createConversation, { type: 'group', clientId: 'team' }),
      );
      expect(bobs).toMatchObject({
        title: null,
        memberCount: 1,
        members: [{ userId: bob.id, role: 'owner' }],
      });
      expect(await sql('SELECT FROM conversations')).toHaveLength(2);
      expect(carol.device.events).toEqual([]);
    },
  );

  bothTransports('is not created from invalid input', async ({ server, alice, bob }) => {
    const before = await tableFingerprints(server);
    const errorCodeOf = async (input: object): Promise<string> =>
      expectErrorCode(alice.transport.request(createConversation, input));
    expect(await errorCodeOf({ type: 'group', memberIds: [bob.id, UNKNOWN_ID] })).toBe('not_found');
    expect(await errorCodeOf({ type: 'group', isPrivate: false })).toBe('validation_failed');
    expect(await errorCodeOf({ type: 'channel' })).toBe('validation_failed');
    for (const title of [
      'Te\nam',
      'Team\u0007',
      '\u001b[31mTeam',
      'Team\u202e',
      '\u2067Team',
      'Te\u2028am',
      ' Team',
      'Team\u3000',
    ])
      expect(await errorCodeOf({ type: 'group', title })).toBe('validation_failed');
    expect(await errorCodeOf({ type: 'group', ownerId: bob.id })).toBe('forbidden');
    expect(await tableFingerprints(server)).toEqual(before);
  });

  bothTransports(
    'changes its title, and an event follows only a change',
    async ({ alice, bob, group, observe }) => {
      const conversationId = await group();
      const change = { conversationId, title: 'Crew', description: 'All of us', avatarUrl: PICTURE };
      const changed = await expectData(alice.transport.request(updateConversation, change));
      expect(changed).toMatchObject({
        title: 'Crew',
        description: 'All of us',
        avatarUrl: PICTURE,
        version: 2,
      });
      for (const same of [change, { conversationId }, { conversationId, isPrivate: true }])
        expect(await expectData(alice.transport.request(updateConversation, same))).toEqual(changed);
      expect(await expectErrorCode(bob.transport.request(updateConversation, change))).toBe('forbidden');
      const opened = { conversationId, isPrivate: false };
      expect(await expectErrorCode(alice.transport.request(updateConversation, opened))).toBe(
        'validation_failed',
      );

      const nothing = { conversationId, title: null, description: null, avatarUrl: null };
      const emptied = await expectData(alice.transport.request(updateConversation, nothing));
      expect(emptied).toMatchObject({ title: null, description: null, avatarUrl: null, version: 3 });
      expect(await observe('conversation.updated', 2)).toEqual([changed, emptied]);
      const {
        membership: _me,
        members: _members,
        lastMessage: _last,
        users: _users,
        ...read
      } = await expectData(bob.rest.request(getConversation, { conversationId }));
      expect(read).toEqual(emptied);
    },
  );

  bothTransports(
    'is deleted for all members, with its messages',
    async ({ alice, bob, carol, group, sendText, sql }) => {
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      await sendText(bob, conversationId);
      await expectData(
        alice.transport.request(updateMember, { conversationId, userId: bob.id, role: 'admin' }),
      );
      for (const { transport } of [bob, carol])
        expect(await expectErrorCode(transport.request(deleteConversation, { conversationId }))).toBe(
          'forbidden',
        );
      expect(await expectData(alice.transport.request(deleteConversation, { conversationId }))).toEqual({
        conversationId,
      });

      for (const { device, transport } of [alice, bob, carol]) {
        expect(await device.waitForEvents(1, 'conversation.removed')).toEqual([
          { conversationId, version: 4, accountVersion: 2 },
        ]);
        expect(await expectErrorCode(transport.request(sendMessage, { conversationId, content: 'Hm' }))).toBe(
          'not_found',
        );
      }
      await waitUntil(async () => (await sql('SELECT FROM conversations')).length === 0);
      for (const table of ['conversation_members', 'messages'])
        expect(await sql(`SELECT FROM ${table}`)).toEqual([]);
      expect(await expectErrorCode(alice.transport.request(deleteConversation, { conversationId }))).toBe(
        'not_found',
      );
    },
  );

  bothTransports(
    'created by a host admin belongs to the given owner',
    async ({ alice, bob, carol, host, sendText, sql }) => {
      const { transport, rest, device, id } = await host();
      const input = {
        type: 'group',
        title: 'Team',
        ownerId: alice.id,
        memberIds: [bob.id],
        clientId: 'host',
      };
      const group = await expectData(transport.request(createConversation, input));
      expect(group).toMatchObject({ createdBy: id, memberCount: 2, membership: null, lastMessage: null });
      expect(await expectData(transport.request(createConversation, input))).toEqual(group);
      expect((await alice.device.waitForEvents(1, 'conversation.new'))[0]).toMatchObject({
        membership: { role: 'owner' },
      });
      expect((await bob.device.waitForEvents(1, 'conversation.new'))[0]).toMatchObject({
        membership: { role: 'member' },
      });

      const conversationId = group.id;
      await sendText(alice, conversationId, 'Secret');
      expect(await expectErrorCode(rest.request(getConversation, { conversationId }))).toBe('not_found');
      expect(await expectErrorCode(transport.request(listMessages, { conversationId }))).toBe('not_found');
      expect(await expectErrorCode(transport.request(sendMessage, { conversationId, content: 'Hm' }))).toBe(
        'not_found',
      );
      expect(await expectErrorCode(transport.request(joinConversation, { conversationId }))).toBe(
        'not_found',
      );
      expect((await expectData(transport.request(createConversation, input))).lastMessage).toBeNull();

      await expectData(transport.request(updateConversation, { conversationId, title: 'Crew' }));
      await expectData(transport.request(addMembers, { conversationId, userIds: [carol.id] }));
      await expectData(transport.request(updateMember, { conversationId, userId: bob.id, role: 'owner' }));
      await expectData(transport.request(removeMember, { conversationId, userId: alice.id }));
      expect(await expectErrorCode(transport.request(removeMember, { conversationId, userId: bob.id }))).toBe(
        'last_owner',
      );
      expect(device.events).toEqual([]);

      const joined = await expectData(transport.request(addMembers, { conversationId, userIds: [id] }));
      expect(joined.members).toMatchObject([{ userId: id, role: 'member' }]);
      expect((await expectData(transport.request(createConversation, input))).membership).toMatchObject({
        role: 'member',
      });
      await expectData(transport.request(deleteConversation, { conversationId }));
      await device.waitForEvents(1, 'conversation.removed');
      await waitUntil(async () => (await sql('SELECT FROM conversations')).length === 0);
    },
  );

  bothTransports(
    'never exceeds the configured number of members',
    async ({ alice, bob, carol, host, group, sql }) => {
      const dave = await host();
      const all = [bob.id, carol.id, dave.id];
      const create = { type: 'group', memberIds: all };
      expect(await expectErrorCode(alice.transport.request(createConversation, create))).toBe(
        'conversation_full',
      );
      const conversationId = await group({ memberIds: [alice.id, bob.id] });
      const add = (...userIds: string[]): Promise<string> =>
        expectErrorCode(alice.transport.request(addMembers, { conversationId, userIds }));
      expect(await add(carol.id, dave.id)).toBe('conversation_full');
      await expectData(alice.transport.request(addMembers, { conversationId, userIds: [bob.id, carol.id] }));
      expect(await add(dave.id)).toBe('conversation_full');
      await expectData(carol.transport.request(removeMember, { conversationId, userId: 'me' }));
      await expectData(alice.transport.request(addMembers, { conversationId, userIds: [dave.id] }));

      const channel = { type: 'channel', title: 'Small', isPrivate: false, memberIds: [bob.id, dave.id] };
      const { id } = await expectData(alice.transport.request(createConversation, channel));
      expect(await expectErrorCode(carol.transport.request(joinConversation, { conversationId: id }))).toBe(
        'conversation_full',
      );
      expect(await sql('SELECT FROM conversation_members')).toHaveLength(6);
    },
    { maxGroupMembers: 3 },
  );
});

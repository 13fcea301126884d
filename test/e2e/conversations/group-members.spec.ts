import {
  createConversation,
  getConversation,
} from '../../../src/modules/conversations/conversations.contract.js';
import {
  addMembers,
  removeMember,
  updateMember,
} from '../../../src/modules/conversations/members/members.contract.js';
import { getUnread } from '../../../src/modules/inbox/inbox.contract.js';
import { listMessages, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { updateUser, upsertUsers } from '../../../src/modules/users/users.contract.js';
import {
  bothTransports,
  type ScenarioContext,
  type TestActor,
} from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode, type Device } from '../../support/clients/transports.js';

/** Waits until no activation, deactivation or handover is in progress. */
async function untilHandedOver({ sql }: ScenarioContext): Promise<void> {
  const waiting = `SELECT FROM pgboss.job WHERE state < 'completed'
    AND name IN ('user.activated', 'user.deactivated', 'conversation.hand_over')`;
  await waitUntil(async () => (await sql(waiting)).length === 0);
}

async function rolesOf({ sql }: ScenarioContext, conversationId: string): Promise<Record<string, string>> {
  const rows = await sql<{ user_id: string; role: string }>(
    `SELECT user_id, role FROM conversation_members WHERE conversation_id = '${conversationId}'`,
  );
  return Object.fromEntries(rows.map(({ user_id, role }) => [user_id, role]));
}

async function subjectOf({ sql }: ScenarioContext, { id }: TestActor): Promise<string> {
  const [row] = await sql<{ subject: string }>(`SELECT tms_user_id AS subject FROM users WHERE id = '${id}'`);
  return row!.subject;
}

const names = ({ device }: TestActor): string[] => device.events.map(({ name }) => name);

describe('In a group', () => {
  bothTransports(
    'a new member sees the whole history and has read all of it',
    async ({ alice, bob, carol, group, sendText, observe }) => {
      const conversationId = await group();
      await sendText(alice, conversationId, 'Before');
      const add = { conversationId, userIds: [bob.id, carol.id] };
      expect(await expectErrorCode(bob.transport.request(addMembers, add))).toBe('forbidden');
      const unknown = { conversationId, userIds: [carol.id, UNKNOWN_ID] };
      expect(await expectErrorCode(alice.transport.request(addMembers, unknown))).toBe('not_found');

      const added = await expectData(alice.transport.request(addMembers, add));
      expect(added).toMatchObject({ conversationId, version: 3, memberCount: 3 });
      expect(added.members.map(({ userId }) => userId)).toEqual([bob.id, carol.id].sort());
      const [received] = await observe('member.added', 1);
      expect(received).toMatchObject({
        version: 3,
        memberCount: 3,
        members: [{ userId: carol.id, role: 'member' }],
      });
      const [fresh] = await carol.device.waitForEvents(1, 'conversation.new');
      expect(fresh).toMatchObject({
        version: 3,
        lastMessage: { excerpt: 'Before' },
        membership: { role: 'member', lastReadSeq: 1, unread: 0 },
      });
      expect(fresh).toEqual(await expectData(carol.rest.request(getConversation, { conversationId })));
      expect(await expectData(alice.transport.request(addMembers, add))).toEqual(added);

      const after = await sendText(bob, conversationId, 'After');
      await observe('message.new', 2);
      expect(await carol.device.waitForEvents(1, 'message.new')).toEqual([after]);
      const { items } = await expectData(carol.transport.request(listMessages, { conversationId }));
      expect(items.map(({ content }) => content)).toEqual(['Before', 'After']);
      expect((await expectData(carol.transport.request(getUnread, {}))).total).toBe(1);
      expect(names(carol)).toEqual(['conversation.new', 'message.new']);
    },
  );

  bothTransports(
    'a removed member receives no events until it is added again',
    async ({ alice, bob, carol, group, sendText }) => {
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      const [first, second] = [bob.device, await bob.connectDevice()];
      await sendText(alice, conversationId, 'With bob');
      await second.waitForEvents(1, 'message.new');
      const removed = await expectData(
        alice.transport.request(removeMember, { conversationId, userId: bob.id }),
      );
      expect(removed).toMatchObject({ conversationId, version: 3, memberCount: 2, userId: bob.id });
      for (const { device } of [alice, carol])
        expect(await device.waitForEvents(1, 'member.removed')).toEqual([removed]);
      for (const device of [first, second])
        expect(await device.waitForEvents(1, 'conversation.removed')).toEqual([
          { conversationId, version: 3, accountVersion: 2 },
        ]);
      expect(
        await expectErrorCode(alice.transport.request(removeMember, { conversationId, userId: bob.id })),
      ).toBe('not_found');

      const lengths = (): number[] => [first, second].map(({ events }: Device) => events.length);
      const before = lengths();
      await sendText(alice, conversationId, 'Without bob');
      await expectData(
        alice.transport.request(updateMember, { conversationId, userId: carol.id, role: 'admin' }),
      );
      await carol.device.waitForEvents(2, 'message.new');
      for (const device of [first, second]) await device.settleEvents();
      expect(lengths()).toEqual(before);
      expect(names(bob)).not.toContain('member.removed');
      expect(
        await expectErrorCode(bob.transport.request(sendMessage, { conversationId, content: 'Hm' })),
      ).toBe('not_found');
      expect(await expectErrorCode(bob.transport.request(listMessages, { conversationId }))).toBe(
        'not_found',
      );

      await expectData(carol.transport.request(addMembers, { conversationId, userIds: [bob.id] }));
      const [, back] = await bob.device.waitForEvents(2, 'conversation.new');
      expect(back).toMatchObject({ version: 6, membership: { role: 'member', lastReadSeq: 2, unread: 0 } });
      const { items } = await expectData(bob.transport.request(listMessages, { conversationId }));
      expect(items.map(({ content }) => content)).toEqual(['With bob', 'Without bob']);
      const again = await sendText(carol, conversationId, 'Welcome');
      expect((await bob.device.waitForEvents(2, 'message.new'))[1]).toEqual(again);
    },
  );

  bothTransports('every member may leave, except the last owner of others', async (context) => {
    const { alice, bob, carol, group, sql } = context;
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const leave = { conversationId, userId: 'me' };
    const left = await expectData(carol.transport.request(removeMember, leave));
    expect(left).toMatchObject({ conversationId, version: 2, memberCount: 2, userId: carol.id });
    await carol.device.waitForEvents(1, 'conversation.removed');
    expect(await expectErrorCode(carol.transport.request(removeMember, leave))).toBe('not_found');
    expect(await expectErrorCode(alice.transport.request(removeMember, leave))).toBe('last_owner');
    const itself = { conversationId, userId: alice.id };
    expect(await expectErrorCode(alice.transport.request(removeMember, itself))).toBe('last_owner');
    expect(await expectErrorCode(alice.transport.request(updateMember, { ...itself, role: 'member' }))).toBe(
      'last_owner',
    );

    await expectData(
      alice.transport.request(updateMember, { conversationId, userId: bob.id, role: 'owner' }),
    );
    await expectData(alice.transport.request(removeMember, itself));
    await alice.device.waitForEvents(1, 'conversation.removed');
    expect(await expectData(bob.transport.request(removeMember, leave))).toMatchObject({
      conversationId,
      memberCount: 0,
      userId: bob.id,
    });
    await bob.device.waitForEvents(1, 'conversation.removed');
    expect(await expectErrorCode(bob.rest.request(getConversation, { conversationId }))).toBe('not_found');
    expect(
      await sql(`SELECT user_id FROM conversation_members WHERE conversation_id = '${conversationId}'`),
    ).toEqual([]);
  });

  bothTransports('only an active owner counts as the last one', async (context) => {
    const { alice, bob, carol, group, host } = context;
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const own = { conversationId, userId: bob.id, role: 'owner' };
    await expectData(alice.transport.request(updateMember, own));
    const admin = await host();
    bob.device.close(); // an inactive user may receive events for a second
    await expectData(admin.transport.request(updateUser, { userId: bob.id, isActive: false }));
    const leave = { conversationId, userId: 'me' };
    expect(await expectErrorCode(alice.transport.request(removeMember, leave))).toBe('last_owner');
    const demote = { conversationId, userId: alice.id, role: 'member' };
    expect(await expectErrorCode(alice.transport.request(updateMember, demote))).toBe('last_owner');

    await expectData(alice.transport.request(updateMember, { ...own, role: 'member' }));
    for (const transferOwnership of [false, true])
      expect(
        await expectErrorCode(alice.transport.request(updateMember, { ...own, transferOwnership })),
      ).toBe('unavailable');
    const foreign = { type: 'group', ownerId: bob.id, memberIds: [carol.id] };
    expect(await expectErrorCode(admin.transport.request(createConversation, foreign))).toBe('unavailable');
    await expectData(alice.transport.request(updateMember, { ...own, userId: carol.id }));
    await expectData(alice.transport.request(removeMember, leave));
    bob.device.events.length = 0; // without the later versions
  });

  bothTransports('a deactivated owner hands over to an admin, else to a member', async (context) => {
    const { alice, bob, carol, group, host } = context;
    const admin = await host();
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const shared = await group({ memberIds: [bob.id, carol.id] });
    await expectData(
      alice.transport.request(updateMember, { conversationId, userId: carol.id, role: 'admin' }),
    );
    await expectData(
      alice.transport.request(updateMember, { conversationId: shared, userId: bob.id, role: 'owner' }),
    );
    await alice.device.waitForEvents(2, 'member.updated');
    alice.device.close(); // an inactive user may receive events for a second
    await expectData(admin.transport.request(updateUser, { userId: alice.id, isActive: false }));
    const [, , handedOver] = await carol.device.waitForEvents(3, 'member.updated');
    expect(handedOver).toMatchObject({ conversationId });
    expect(await rolesOf(context, conversationId)).toEqual({
      [alice.id]: 'admin',
      [bob.id]: 'member',
      [carol.id]: 'owner',
    });
    expect(await rolesOf(context, shared)).toMatchObject({ [alice.id]: 'owner', [bob.id]: 'owner' });

    carol.device.close();
    const items = [{ tmsUserId: await subjectOf(context, carol), isActive: false }];
    await expectData(admin.rest.request(upsertUsers, { items }));
    await bob.device.waitForEvents(4, 'member.updated');
    expect(await rolesOf(context, conversationId)).toEqual({
      [alice.id]: 'admin',
      [bob.id]: 'owner',
      [carol.id]: 'admin',
    });
    alice.device.events.length = carol.device.events.length = 0; // without the later versions
  });

  bothTransports('the only active member may leave, which ends the group', async (context) => {
    const { alice, bob, group, host, sql } = context;
    const admin = await host();
    const conversationId = await group({ memberIds: [bob.id] });
    bob.device.close(); // an inactive user may receive events for a second
    await expectData(admin.transport.request(updateUser, { userId: bob.id, isActive: false }));
    const left = await expectData(alice.transport.request(removeMember, { conversationId, userId: 'me' }));
    expect(left).toMatchObject({ conversationId, memberCount: 0, userId: alice.id });
    expect(
      await sql(`SELECT user_id FROM conversation_members WHERE conversation_id = '${conversationId}'`),
    ).toEqual([]);
    bob.device.events.length = 0;
  });

  bothTransports('a group without an active owner gets one with its next active member', async (context) => {
    const { alice, bob, carol, group, host } = context;
    const admin = await host();
    const [activated, added] = [await group({ memberIds: [bob.id] }), await group({ memberIds: [] })];
    alice.device.close(); // an inactive user may receive events for a second
    bob.device.close();
    for (const { id } of [bob, alice])
      await expectData(admin.transport.request(updateUser, { userId: id, isActive: false }));
    await untilHandedOver(context);
    expect(await rolesOf(context, activated)).toEqual({ [alice.id]: 'owner', [bob.id]: 'member' });

    await expectData(admin.transport.request(updateUser, { userId: bob.id, isActive: true }));
    await expectData(admin.transport.request(addMembers, { conversationId: added, userIds: [carol.id] }));
    await untilHandedOver(context);
    expect(await rolesOf(context, activated)).toEqual({ [alice.id]: 'admin', [bob.id]: 'owner' });
    expect(await rolesOf(context, added)).toEqual({ [alice.id]: 'admin', [carol.id]: 'owner' });
    alice.device.events.length = bob.device.events.length = 0; // without the later versions
  });

  bothTransports(
    'owners change roles, and an event follows only a change',
    async ({ alice, bob, carol, group, observe }) => {
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      const promote = { conversationId, userId: bob.id, role: 'admin' };
      expect(await expectErrorCode(bob.transport.request(updateMember, promote))).toBe('forbidden');
      const promoted = await expectData(alice.transport.request(updateMember, promote));
      expect(promoted).toMatchObject({
        version: 2,
        memberCount: 3,
        members: [{ userId: bob.id, role: 'admin' }],
      });
      expect(await expectData(alice.transport.request(updateMember, promote))).toEqual(promoted);
      expect(await observe('member.updated', 1, alice, bob, carol)).toEqual([promoted]);
      expect(
        await expectErrorCode(bob.transport.request(updateMember, { ...promote, userId: carol.id })),
      ).toBe('forbidden');
      expect(
        await expectErrorCode(alice.transport.request(updateMember, { ...promote, userId: UNKNOWN_ID })),
      ).toBe('not_found');

      await expectData(alice.transport.request(updateMember, { ...promote, userId: carol.id }));
      expect(
        await expectErrorCode(bob.transport.request(removeMember, { conversationId, userId: carol.id })),
      ).toBe('forbidden');
      expect(
        await expectErrorCode(bob.transport.request(removeMember, { conversationId, userId: alice.id })),
      ).toBe('forbidden');
      await expectData(
        alice.transport.request(updateMember, { conversationId, userId: carol.id, role: 'member' }),
      );
      await expectData(bob.transport.request(removeMember, { conversationId, userId: carol.id }));

      await expectData(alice.transport.request(updateMember, { ...promote, role: 'owner' }));
      await expectData(
        bob.transport.request(updateMember, { conversationId, userId: alice.id, role: 'member' }),
      );
      const { membership } = await expectData(alice.rest.request(getConversation, { conversationId }));
      expect(membership).toMatchObject({ role: 'member' });
    },
  );

  bothTransports('ownership is transferred in one change', async ({ alice, bob, carol, group, observe }) => {
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const transferOwnership = { conversationId, userId: bob.id, role: 'owner', transferOwnership: true };
    const errorCodeOf = (more: object): Promise<string> =>
      expectErrorCode(alice.transport.request(updateMember, { ...transferOwnership, ...more }));
    expect(await errorCodeOf({ role: 'admin' })).toBe('validation_failed');
    expect(await errorCodeOf({ userId: alice.id })).toBe('validation_failed');
    expect(await errorCodeOf({ userId: UNKNOWN_ID })).toBe('not_found');
    expect(await expectErrorCode(carol.transport.request(updateMember, transferOwnership))).toBe('forbidden');

    const transferred = await expectData(alice.transport.request(updateMember, transferOwnership));
    expect(transferred.version).toBe(2);
    const roles = Object.fromEntries(transferred.members.map(({ userId, role }) => [userId, role]));
    expect(roles).toEqual({ [alice.id]: 'admin', [bob.id]: 'owner' });
    expect(await observe('member.updated', 1, alice, bob, carol)).toEqual([transferred]);
    expect(await expectErrorCode(alice.transport.request(updateMember, transferOwnership))).toBe('forbidden');

    await expectData(
      bob.transport.request(updateMember, { conversationId, userId: alice.id, role: 'owner' }),
    );
    const toAnOwner = { ...transferOwnership, userId: alice.id };
    expect((await expectData(bob.transport.request(updateMember, toAnOwner))).version).toBe(4);
    expect(
      await expectErrorCode(bob.transport.request(removeMember, { conversationId, userId: alice.id })),
    ).toBe('forbidden');
  });
});

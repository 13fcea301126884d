import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import {
  addMembers,
  removeMember,
  updateMember,
} from '../../../src/modules/conversations/members/members.contract.js';
import type { CallDto } from '../../../src/modules/calls/dto/call.dto.js';
import {
  bothTransports,
  type TestActor,
  type ScenarioContext,
} from '../../support/clients/both-transports.js';
import {
  accept,
  decline,
  end,
  leave,
  read,
  start,
  participantStates,
} from '../../support/features/call-commands.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';
import { deleteConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import { updateUser, upsertUsers } from '../../../src/modules/users/users.contract.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const readBy = (actor: TestActor, call: CallDto): Promise<CallDto> => expectData(read(actor, call));

/** States of the user in the call of an event, if it has one. */
function statesIn(payload: Record<string, unknown>, userId: string): string[] {
  const { participants, call } = payload as Partial<CallDto> & { call?: Partial<CallDto> };
  const listed = participants ?? call?.participants ?? [];
  return listed.filter((participant) => participant.userId === userId).map(({ state }) => state);
}

async function subjectOf({ sql }: ScenarioContext, { id }: TestActor): Promise<string> {
  const [row] = await sql<{ subject: string }>(`SELECT tms_user_id AS subject FROM users WHERE id = '${id}'`);
  return row!.subject;
}

describe('A call in a group', () => {
  bothTransports(
    'continues while it has a participant, and latecomers can join',
    async (context: ScenarioContext) => {
      const { alice, bob, carol, group, observe } = context;
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      const ringing = await expectData(start(alice, conversationId, { type: 'video' }));
      expect(participantStates(ringing)).toEqual({
        [alice.id]: 'joined',
        [bob.id]: 'ringing',
        [carol.id]: 'ringing',
      });
      expect(await expectData(decline(carol, ringing))).toMatchObject({ state: 'ringing', revision: 2 });
      expect(await expectData(accept(bob, ringing))).toMatchObject({ state: 'active', joinedCount: 2 });
      expect(await expectData(leave(alice, ringing))).toMatchObject({ state: 'active', joinedCount: 1 });
      const joined = await expectData(accept(carol, ringing));
      expect(joined).toMatchObject({ state: 'active', joinedCount: 2 });
      expect(await expectData(start(alice, conversationId))).toMatchObject({
        id: ringing.id,
        joinedCount: 3,
      });
      for (const actor of [alice, bob]) await expectData(leave(actor, ringing));
      const ended = await expectData(leave(carol, ringing));
      expect(ended).toMatchObject({ state: 'ended', endReason: 'completed', joinedCount: 0 });
      expect(Object.values(participantStates(ended))).toEqual(['left', 'left', 'left']);
      await observe('message.updated', 8, alice, bob, carol);
    },
  );

  bothTransports('ends when all decline, or when it is ended for all', async (context: ScenarioContext) => {
    const { alice, bob, carol, group } = context;
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const first = await expectData(start(bob, conversationId));
    await expectData(decline(carol, first));
    const declined = await expectData(decline(alice, first));
    expect(declined).toMatchObject({ state: 'ended', endReason: 'declined' });

    const second = await expectData(start(bob, conversationId));
    await expectData(accept(carol, second));
    expect(await expectErrorCode(end(carol, second))).toBe('forbidden');
    const ended = await expectData(end(alice, second)); // the owner of the group
    expect(ended).toMatchObject({ state: 'ended', endReason: 'completed' });
    expect(participantStates(ended)).toEqual({ [alice.id]: 'missed', [bob.id]: 'left', [carol.id]: 'left' });
    const third = await expectData(start(bob, conversationId));
    expect(await expectData(end(bob, third))).toMatchObject({ endReason: 'cancelled' });
    const own = { conversationId, userId: carol.id, role: 'admin' };
    await expectData(alice.transport.request(updateMember, own));
    const fourth = await expectData(start(bob, conversationId));
    expect(await expectData(end(carol, fourth))).toMatchObject({ endReason: 'cancelled' });
  });

  bothTransports('loses a removed member and is open to an added one', async (context: ScenarioContext) => {
    const { alice, bob, carol, group } = context;
    const conversationId = await group();
    const ringing = await expectData(start(alice, conversationId));
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [carol.id] }));
    await expectData(accept(carol, ringing));
    await expectData(accept(bob, ringing));
    await expectData(alice.transport.request(removeMember, { conversationId, userId: bob.id }));
    await waitUntil(async () => (await readBy(alice, ringing)).joinedCount === 2);
    expect(participantStates(await readBy(carol, ringing))).toMatchObject({ [bob.id]: 'left' });
    expect(await expectErrorCode(accept(bob, ringing))).toBe('not_found');
    const eventCount = bob.device.events.length;
    await expectData(carol.transport.request(removeMember, { conversationId, userId: 'me' }));
    await waitUntil(async () => (await readBy(alice, ringing)).joinedCount === 1);
    await expectData(leave(alice, ringing));
    expect(bob.device.events.slice(eventCount)).toEqual([]);
  });

  bothTransports(
    'is missed when it rings for a removed member only',
    async ({ alice, bob, group }: ScenarioContext) => {
      const conversationId = await group();
      const ringing = await expectData(start(alice, conversationId));
      await expectData(bob.transport.request(removeMember, { conversationId, userId: 'me' }));
      await waitUntil(async () => (await readBy(alice, ringing)).state === 'ended');
      const missed = await readBy(alice, ringing);
      expect(missed).toMatchObject({ endReason: 'missed' });
      expect(participantStates(missed)).toEqual({ [alice.id]: 'left', [bob.id]: 'missed' });
    },
  );

  bothTransports(
    'does not ring between two users with a block between them',
    async (context: ScenarioContext) => {
      const { alice, bob, carol, group } = context;
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      await expectData(carol.transport.request(addBlock, { userId: alice.id }));
      const ringing = await expectData(start(alice, conversationId));
      expect(participantStates(ringing)).toEqual({
        [alice.id]: 'joined',
        [bob.id]: 'ringing',
        [carol.id]: 'invited',
      });
      await bob.device.waitForEvents(1, 'call.ring');
      await carol.device.waitForEvents(1, 'message.new');
      const { conversations } = await expectData(carol.rest.request(sync, { accountVersion: 0 }));
      const synced = conversations.flatMap(({ messages }) => messages).flatMap(({ call }) => call ?? []);
      expect(synced.map(participantStates)).toMatchObject([{ [carol.id]: 'invited' }]);
      expect(await expectData(accept(carol, ringing))).toMatchObject({ state: 'active' });
      expect(participantStates(await expectData(end(alice, ringing)))).toMatchObject({ [bob.id]: 'missed' });
      await carol.device.waitForEvents(2, 'call.updated');
      expect(carol.device.events.filter(({ name }) => name === 'call.ring')).toEqual([]);
      const states = carol.device.events.flatMap(({ payload }) => statesIn(payload, carol.id));
      expect(states).not.toContain('ringing');
    },
  );

  bothTransports(
    'is declined by a member that blocks the caller while it rings, and stops ringing for one blocked by the caller',
    async (context: ScenarioContext) => {
      const { alice, bob, carol, group } = context;
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      const ringing = await expectData(start(alice, conversationId));
      await expectData(carol.transport.request(addBlock, { userId: alice.id }));
      await carol.device.waitForEvents(1, 'call.updated');
      expect(participantStates(await readBy(alice, ringing))).toMatchObject({
        [bob.id]: 'ringing',
        [carol.id]: 'declined',
      });
      await expectData(alice.transport.request(addBlock, { userId: bob.id }));
      await bob.device.waitForEvents(2, 'call.updated');
      expect(participantStates(await readBy(alice, ringing))).toMatchObject({ [bob.id]: 'missed' });
    },
  );

  bothTransports('ends for all when its group is deleted', async (context: ScenarioContext) => {
    const { alice, bob, carol, group, sql } = context;
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const ringing = await expectData(start(bob, conversationId));
    await expectData(accept(carol, ringing));
    await expectData(alice.transport.request(deleteConversation, { conversationId }));
    for (const { device, id } of [alice, bob, carol]) {
      await device.waitForEvents(1, 'conversation.removed');
      const updates = (await device.waitForEvents(1, 'call.updated')) as unknown as CallDto[];
      const last = updates.at(-1)!;
      expect(last).toMatchObject({ id: ringing.id, state: 'ended', endReason: 'completed', joinedCount: 0 });
      expect(participantStates(last)[id]).toBe(id === alice.id ? 'missed' : 'left');
    }
    expect(await sql(`SELECT id FROM calls WHERE id = '${ringing.id}' AND state <> 'ended'`)).toEqual([]);
    expect(await expectErrorCode(read(bob, ringing))).toBe('not_found');
  });

  bothTransports('loses a deactivated member at once', async (context: ScenarioContext) => {
    const { alice, bob, carol, group, host } = context;
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const admin = await host();
    const ringing = await expectData(start(alice, conversationId));
    await expectData(accept(bob, ringing));
    await Promise.all([bob, carol].map(({ device }) => device.waitForEvents(1, 'call.updated')));
    for (const { device } of [bob, carol]) device.close(); // an inactive user may receive events for a second
    await expectData(admin.transport.request(updateUser, { userId: bob.id, isActive: false }));
    const updates = (await alice.device.waitForEvents(3, 'call.updated')) as unknown as CallDto[];
    expect(participantStates(updates.at(-1)!)).toMatchObject({ [bob.id]: 'left', [carol.id]: 'ringing' });
    const items = [{ tmsUserId: await subjectOf(context, carol), isActive: false }];
    await expectData(admin.rest.request(upsertUsers, { items }));
    await waitUntil(async () => participantStates(await readBy(alice, ringing))[carol.id] === 'missed');
    expect(await readBy(alice, ringing)).toMatchObject({ state: 'active', joinedCount: 1 });
    bob.device.events.length = carol.device.events.length = 0; // without the later versions
  });

  bothTransports(
    'is limited to the mesh participant limit without a media server',
    async ({ alice, bob, carol, group }: ScenarioContext) => {
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      const ringing = await expectData(start(alice, conversationId));
      await expectData(accept(bob, ringing));
      expect(await expectErrorCode(accept(carol, ringing))).toBe('call_full');
      expect(await expectErrorCode(start(carol, conversationId))).toBe('call_full');
      await expectData(leave(bob, ringing));
      expect(await expectData(accept(carol, ringing))).toMatchObject({ joinedCount: 2 });
    },
    { callMeshMax: 2 },
  );

  bothTransports(
    'too large for ringing waits for joining participants',
    async ({ alice, bob, carol, group }: ScenarioContext) => {
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      const waiting = await expectData(start(alice, conversationId));
      expect(participantStates(waiting)).toEqual({ [alice.id]: 'joined' });
      await bob.device.waitForEvents(1, 'message.new');
      expect(await expectErrorCode(decline(bob, waiting))).toBe('not_ringing');
      const active = await expectData(accept(bob, waiting));
      expect(active).toMatchObject({ state: 'active' });
      expect(bob.device.events.filter(({ name }) => name === 'call.ring')).toEqual([]);
    },
    { callRingMaxMembers: 2 },
  );
});

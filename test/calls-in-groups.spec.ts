import { addBlock } from '../src/modules/blocks/blocks.contract.js';
import { addMembers, removeMember, updateMember } from '../src/modules/conversations/members.contract.js';
import type { CallDto } from '../src/modules/calls/dto/call.dto.js';
import { bothWays, type Actor, type Scene } from './proof/both-ways.js';
import { accept, decline, end, leave, read, start, statesIn } from './proof/calling.js';
import { data, refusal } from './setup/doors.js';
import { until } from './setup/until.js';

const readBy = (who: Actor, call: CallDto): Promise<CallDto> => data(read(who, call));

describe('A call in a group', () => {
  bothWays('goes on while somebody is in it, and who comes late joins', async (scene: Scene) => {
    const { alice, bob, carol, group, observe } = scene;
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const ringing = await data(start(alice, conversationId, { type: 'video' }));
    expect(statesIn(ringing)).toEqual({ [alice.id]: 'joined', [bob.id]: 'ringing', [carol.id]: 'ringing' });
    expect(await data(decline(carol, ringing))).toMatchObject({ state: 'ringing', revision: 2 });
    expect(await data(accept(bob, ringing))).toMatchObject({ state: 'active', joinedCount: 2 });
    expect(await data(leave(alice, ringing))).toMatchObject({ state: 'active', joinedCount: 1 });
    const joined = await data(accept(carol, ringing));
    expect(joined).toMatchObject({ state: 'active', joinedCount: 2 });
    expect(await data(start(alice, conversationId))).toMatchObject({ id: ringing.id, joinedCount: 3 });
    for (const who of [alice, bob]) await data(leave(who, ringing));
    const ended = await data(leave(carol, ringing));
    expect(ended).toMatchObject({ state: 'ended', endReason: 'completed', joinedCount: 0 });
    expect(Object.values(statesIn(ended))).toEqual(['left', 'left', 'left']);
    await observe('message.updated', 8, alice, bob, carol);
  });

  bothWays('ends when all decline, or when it is ended for all', async (scene: Scene) => {
    const { alice, bob, carol, group } = scene;
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const first = await data(start(bob, conversationId));
    await data(decline(carol, first));
    const declined = await data(decline(alice, first));
    expect(declined).toMatchObject({ state: 'ended', endReason: 'declined' });

    const second = await data(start(bob, conversationId));
    await data(accept(carol, second));
    expect(await refusal(end(carol, second))).toBe('forbidden');
    const ended = await data(end(alice, second)); // who owns the group
    expect(ended).toMatchObject({ state: 'ended', endReason: 'completed' });
    expect(statesIn(ended)).toEqual({ [alice.id]: 'missed', [bob.id]: 'left', [carol.id]: 'left' });
    const third = await data(start(bob, conversationId));
    expect(await data(end(bob, third))).toMatchObject({ endReason: 'cancelled' });
    const own = { conversationId, userId: carol.id, role: 'admin' };
    await data(alice.door.ask(updateMember, own));
    const fourth = await data(start(bob, conversationId));
    expect(await data(end(carol, fourth))).toMatchObject({ endReason: 'cancelled' });
  });

  bothWays('is left by who is removed, and open to who is added', async (scene: Scene) => {
    const { alice, bob, carol, group } = scene;
    const conversationId = await group();
    const ringing = await data(start(alice, conversationId));
    await data(alice.door.ask(addMembers, { conversationId, userIds: [carol.id] }));
    await data(accept(carol, ringing));
    await data(accept(bob, ringing));
    await data(alice.door.ask(removeMember, { conversationId, userId: bob.id }));
    await until(async () => (await readBy(alice, ringing)).joinedCount === 2);
    expect(statesIn(await readBy(carol, ringing))).toMatchObject({ [bob.id]: 'left' });
    expect(await refusal(accept(bob, ringing))).toBe('not_found');
    const heard = bob.device.heard.length;
    await data(carol.door.ask(removeMember, { conversationId, userId: 'me' }));
    await until(async () => (await readBy(alice, ringing)).joinedCount === 1);
    await data(leave(alice, ringing));
    expect(bob.device.heard.slice(heard)).toEqual([]);
  });

  bothWays('that rings for the removed alone is missed', async ({ alice, bob, group }: Scene) => {
    const conversationId = await group();
    const ringing = await data(start(alice, conversationId));
    await data(bob.door.ask(removeMember, { conversationId, userId: 'me' }));
    await until(async () => (await readBy(alice, ringing)).state === 'ended');
    const missed = await readBy(alice, ringing);
    expect(missed).toMatchObject({ endReason: 'missed' });
    expect(statesIn(missed)).toEqual({ [alice.id]: 'left', [bob.id]: 'missed' });
  });

  bothWays('does not ring between two of whom one blocks the other', async (scene: Scene) => {
    const { alice, bob, carol, group } = scene;
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    await data(carol.door.ask(addBlock, { userId: alice.id }));
    const ringing = await data(start(alice, conversationId));
    expect(statesIn(ringing)).toEqual({ [alice.id]: 'joined', [bob.id]: 'ringing', [carol.id]: 'ringing' });
    await bob.device.hear(1, 'call.ring');
    expect(carol.device.heard.filter(({ name }) => name === 'call.ring')).toEqual([]);
    expect(await data(accept(carol, ringing))).toMatchObject({ state: 'active' });
    expect(statesIn(await data(end(alice, ringing)))).toMatchObject({ [bob.id]: 'missed' });
  });

  bothWays(
    'has no more people than may connect without a media server',
    async ({ alice, bob, carol, group }: Scene) => {
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      const ringing = await data(start(alice, conversationId));
      await data(accept(bob, ringing));
      expect(await refusal(accept(carol, ringing))).toBe('call_full');
      expect(await refusal(start(carol, conversationId))).toBe('call_full');
      await data(leave(bob, ringing));
      expect(await data(accept(carol, ringing))).toMatchObject({ joinedCount: 2 });
    },
    { callMeshMax: 2 },
  );

  bothWays(
    'too large to be rung waits for who joins',
    async ({ alice, bob, carol, group }: Scene) => {
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      const waiting = await data(start(alice, conversationId));
      expect(statesIn(waiting)).toEqual({ [alice.id]: 'joined' });
      await bob.device.hear(1, 'message.new');
      expect(await refusal(decline(bob, waiting))).toBe('not_ringing');
      const active = await data(accept(bob, waiting));
      expect(active).toMatchObject({ state: 'active' });
      expect(bob.device.heard.filter(({ name }) => name === 'call.ring')).toEqual([]);
    },
    { callRingMaxMembers: 2 },
  );
});

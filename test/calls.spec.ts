import { addBlock, removeBlock } from '../src/modules/blocks/blocks.contract.js';
import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import { deleteMessage, getMessage, listMessages } from '../src/modules/messages/messages.contract.js';
import type { CallDto } from '../src/modules/calls/dto/call.dto.js';
import { updateUser } from '../src/modules/users/users.contract.js';
import { bothWays, type Scene } from './proof/both-ways.js';
import { accept, decline, end, leave, read, start, stateOf, statesIn } from './proof/calling.js';
import { data, refusal } from './setup/doors.js';
import { until } from './setup/until.js';

describe('A call in a DM', () => {
  bothWays('rings, is answered and hung up', async ({ alice, bob, carol, dm, observe, sql }: Scene) => {
    const conversationId = await dm();
    const elsewhere = await bob.another();
    const ringing = await data(start(alice, conversationId, { type: 'video', clientId: 'mine' }));
    expect(ringing).toMatchObject({
      conversationId,
      type: 'video',
      media: 'mesh',
      state: 'ringing',
      revision: 1,
      createdBy: alice.id,
      joinedCount: 1,
      startedAt: null,
      endedAt: null,
      endReason: null,
      durationSeconds: null,
    });
    expect(statesIn(ringing)).toEqual({ [alice.id]: 'joined', [bob.id]: 'ringing' });
    for (const device of [bob.device, elsewhere])
      expect(await device.hear(1, 'call.ring')).toEqual([ringing]);
    const [message] = await observe('message.new', 1);
    expect(message).toMatchObject({
      id: ringing.messageId,
      type: 'call',
      senderId: alice.id,
      content: null,
      call: stateOf(ringing),
    });
    expect(await data(start(alice, conversationId, { clientId: 'mine' }))).toEqual(ringing);

    const active = await data(accept(bob, ringing));
    expect(active).toMatchObject({ id: ringing.id, state: 'active', revision: 2, joinedCount: 2 });
    expect(statesIn(active)).toEqual({ [alice.id]: 'joined', [bob.id]: 'joined' });
    expect(await elsewhere.hear(1, 'call.updated')).toEqual([active]);
    expect(await data(accept(bob, ringing))).toEqual(active);

    const ended = await data(leave(alice, ringing));
    expect(ended).toMatchObject({ state: 'ended', endReason: 'completed', revision: 3, joinedCount: 0 });
    expect(statesIn(ended)).toEqual({ [alice.id]: 'left', [bob.id]: 'left' });
    expect(ended.durationSeconds).toBe(
      Math.round((Date.parse(ended.endedAt!) - Date.parse(active.startedAt!)) / 1_000),
    );
    expect(await data(leave(bob, ringing))).toEqual(ended);
    for (const code of ['call_ended']) {
      expect(await refusal(accept(bob, ringing))).toBe(code);
      expect(await refusal(decline(bob, ringing))).toBe(code);
      expect(await refusal(end(alice, ringing))).toBe(code);
    }
    expect(await data(start(alice, conversationId, { clientId: 'mine' }))).toEqual(ended);
    expect(await data(read(bob, ringing))).toEqual(ended);
    expect(await refusal(read(carol, ringing))).toBe('not_found');
    expect(await refusal(accept(carol, ringing))).toBe('not_found');

    const updates = await observe('message.updated', 2);
    expect(updates.map(({ call, by }) => [call, by])).toEqual([
      [stateOf(active), bob.id],
      [stateOf(ended), alice.id],
    ]);
    const { items } = await data(bob.rest.ask(listMessages, { conversationId }));
    expect(items.map(({ call }) => call)).toEqual([stateOf(ended)]);
    expect(await data(alice.rest.ask(getMessage, { messageId: ringing.messageId! }))).toEqual(items[0]);
    expect(await sql("SELECT * FROM call_participants WHERE state = 'joined'")).toEqual([]);
  });

  bothWays('is declined, cancelled or missed', async ({ alice, bob, dm, observe }: Scene) => {
    const conversationId = await dm();
    const declined = await data(decline(bob, await data(start(alice, conversationId))));
    expect(declined).toMatchObject({ state: 'ended', endReason: 'declined', startedAt: null });
    expect(statesIn(declined)).toEqual({ [alice.id]: 'left', [bob.id]: 'declined' });
    expect(await data(decline(bob, declined))).toEqual(declined);

    const cancelled = await data(leave(alice, await data(start(alice, conversationId))));
    expect(cancelled).toMatchObject({ state: 'ended', endReason: 'cancelled', durationSeconds: null });
    expect(statesIn(cancelled)).toEqual({ [alice.id]: 'left', [bob.id]: 'missed' });

    const another = await data(start(bob, conversationId));
    expect(await refusal(leave(alice, another))).toBe('not_in_call');
    expect(await refusal(end(alice, another))).toBe('not_in_call');
    expect(await refusal(decline(bob, another))).toBe('not_ringing');
    expect(await data(end(bob, another))).toMatchObject({ endReason: 'cancelled' });
    await observe('message.updated', 3);
  });

  bothWays(
    'is one for two who call each other, and one device each',
    async ({ alice, bob, dm, sql }: Scene) => {
      const conversationId = await dm();
      const ringing = await data(start(alice, conversationId));
      const met = await data(start(bob, conversationId, { clientId: 'met' }));
      expect(met).toMatchObject({ id: ringing.id, state: 'active' });
      const second = { ...bob, device: await bob.another() };
      expect(await refusal(accept(second, ringing))).toBe('answered_elsewhere');
      expect(await refusal(start(second, conversationId))).toBe('answered_elsewhere');
      expect(await data(start(bob, conversationId, { clientId: 'again' }))).toEqual(met);
      const ended = await data(end(second, ringing));
      expect(ended).toMatchObject({ endReason: 'completed' });
      for (const clientId of ['met', 'again'])
        expect(await data(start(bob, conversationId, { clientId }))).toEqual(ended);
      const elsewhere = { type: 'group', memberIds: [alice.id] };
      const { id: group } = await data(bob.door.ask(createConversation, elsewhere));
      expect(await refusal(start(bob, group, { clientId: 'met' }))).toBe('client_id_reused');
      expect(await sql('SELECT DISTINCT id FROM calls')).toHaveLength(1);
    },
  );

  bothWays('finds somebody who is in another call busy', async ({ alice, bob, carol, dm }: Scene) => {
    const [withBob, withCarol] = [await dm(), await dm('carol')];
    const first = await data(start(alice, withBob));
    await data(accept(bob, first));
    const busy = await data(start(carol, withCarol));
    expect(busy).toMatchObject({ state: 'ended', endReason: 'busy', startedAt: null });
    expect(statesIn(busy)).toEqual({ [carol.id]: 'left', [alice.id]: 'busy' });
    expect(await refusal(start(alice, withCarol))).toBe('in_another_call');
    await data(leave(bob, first));
    const second = await data(start(carol, withCarol));
    expect(statesIn(second)).toMatchObject({ [alice.id]: 'ringing' });
    const other = await data(start(bob, withBob));
    await data(accept(alice, second));
    expect(await refusal(accept(alice, other))).toBe('in_another_call');
    expect(alice.device.heard.filter(({ name }) => name === 'call.ring')).toHaveLength(2);
  });

  bothWays(
    'with somebody who blocks me, or is inactive, rings for me alone',
    async ({ alice, bob, carol, host, dm, observe, sql }: Scene) => {
      const [withBob, withCarol] = [await dm(), await dm('carol')];
      await data(bob.door.ask(addBlock, { userId: alice.id }));
      await data((await host()).door.ask(updateUser, { userId: carol.id, isActive: false }));
      const calls: CallDto[] = [];
      for (const conversationId of [withBob, withCarol]) {
        const ringing = await data(start(alice, conversationId));
        expect(ringing).toMatchObject({ state: 'ringing', messageId: null });
        expect(Object.values(statesIn(ringing)).sort()).toEqual(['joined', 'ringing']);
        expect(await data(start(alice, conversationId))).toEqual(ringing);
        expect(await data(accept(alice, ringing))).toEqual(ringing);
        await sql(`UPDATE calls SET ring_expires_at = now() WHERE id = '${ringing.id}';
          UPDATE pgboss.job SET start_after = now() WHERE data->>'callId' = '${ringing.id}'`);
        await until(async () => (await data(read(alice, ringing))).state === 'ended');
        calls.push(await data(read(alice, ringing)));
        expect(await refusal(read(bob, ringing))).toBe('not_found');
        expect(await refusal(accept(bob, ringing))).toBe('not_found');
      }
      for (const call of calls)
        expect(call).toMatchObject({ endReason: 'missed', revision: 2, messageId: null });
      expect(bob.device.heard.filter(({ name }) => /^(call|message)/.test(name))).toEqual([]);
      expect(await refusal(start(bob, withBob))).toBe('blocked_by_you');
      await observe('call.updated', 4, alice);

      const unheard = await data(start(alice, withBob));
      await data(bob.door.ask(removeBlock, { userId: alice.id }));
      const heard = await data(start(alice, withBob));
      expect(heard.id).not.toBe(unheard.id);
      expect(await bob.device.hear(1, 'call.ring')).toEqual([heard]);
      expect(await data(read(alice, unheard))).toMatchObject({ state: 'ended', endReason: 'missed' });
    },
  );

  bothWays('stays in the history for everybody', async ({ alice, bob, dm }: Scene) => {
    const { messageId } = await data(leave(alice, await data(start(alice, await dm()))));
    expect(await refusal(alice.door.ask(deleteMessage, { messageId }))).toBe('not_deletable');
    expect(await refusal(bob.door.ask(deleteMessage, { messageId }))).toBe('forbidden');
  });

  bothWays('is not for channels', async ({ alice }: Scene) => {
    const channel = { type: 'channel', title: 'News', isPrivate: false };
    const { id } = await data(alice.door.ask(createConversation, channel));
    expect(await refusal(start(alice, id))).toBe('no_calls_here');
  });
});

import { addBlock, removeBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { deleteMessage, getMessage, listMessages } from '../../../src/modules/messages/messages.contract.js';
import type { CallDto } from '../../../src/modules/calls/dto/call.dto.js';
import { updateUser } from '../../../src/modules/users/users.contract.js';
import { bothTransports, type ScenarioContext } from '../../support/clients/both-transports.js';
import {
  accept,
  decline,
  end,
  leave,
  read,
  start,
  toCallPayload,
  participantStates,
} from '../../support/features/call-commands.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';
import { waitUntil } from '../../support/environment/wait-until.js';

describe('A call in a DM', () => {
  bothTransports(
    'rings, is answered and ends when one user leaves',
    async ({ alice, bob, carol, dm, observe, sql }: ScenarioContext) => {
      const conversationId = await dm();
      const otherInput = await bob.connectDevice();
      const ringing = await expectData(start(alice, conversationId, { type: 'video', clientId: 'mine' }));
      expect(ringing).toMatchObject({
        conversationId,
        type: 'video',
        topology: 'mesh',
        state: 'ringing',
        revision: 1,
        createdBy: alice.id,
        joinedCount: 1,
        startedAt: null,
        endedAt: null,
        endReason: null,
        durationSeconds: null,
      });
      expect(participantStates(ringing)).toEqual({ [alice.id]: 'joined', [bob.id]: 'ringing' });
      for (const device of [bob.device, otherInput])
        expect(await device.waitForEvents(1, 'call.ring')).toEqual([ringing]);
      const [message] = await observe('message.new', 1);
      expect(message).toMatchObject({
        id: ringing.messageId,
        type: 'call',
        senderId: alice.id,
        content: null,
        call: toCallPayload(ringing),
      });
      expect(await expectData(start(alice, conversationId, { clientId: 'mine' }))).toEqual(ringing);

      const active = await expectData(accept(bob, ringing));
      expect(active).toMatchObject({ id: ringing.id, state: 'active', revision: 2, joinedCount: 2 });
      expect(participantStates(active)).toEqual({ [alice.id]: 'joined', [bob.id]: 'joined' });
      expect(await otherInput.waitForEvents(1, 'call.updated')).toEqual([active]);
      expect(await expectData(accept(bob, ringing))).toEqual(active);

      const ended = await expectData(leave(alice, ringing));
      expect(ended).toMatchObject({ state: 'ended', endReason: 'completed', revision: 3, joinedCount: 0 });
      expect(participantStates(ended)).toEqual({ [alice.id]: 'left', [bob.id]: 'left' });
      expect(ended.durationSeconds).toBe(
        Math.round((Date.parse(ended.endedAt!) - Date.parse(active.startedAt!)) / 1_000),
      );
      expect(await expectData(leave(bob, ringing))).toEqual(ended);
      for (const code of ['call_ended']) {
        expect(await expectErrorCode(accept(bob, ringing))).toBe(code);
        expect(await expectErrorCode(decline(bob, ringing))).toBe(code);
        expect(await expectErrorCode(end(alice, ringing))).toBe(code);
      }
      expect(await expectData(start(alice, conversationId, { clientId: 'mine' }))).toEqual(ended);
      expect(await expectData(read(bob, ringing))).toEqual(ended);
      expect(await expectErrorCode(read(carol, ringing))).toBe('not_found');
      expect(await expectErrorCode(accept(carol, ringing))).toBe('not_found');

      const updates = await observe('message.updated', 2);
      expect(updates.map(({ call, actorId }) => [call, actorId])).toEqual([
        [toCallPayload(active), bob.id],
        [toCallPayload(ended), alice.id],
      ]);
      const { items } = await expectData(bob.rest.request(listMessages, { conversationId }));
      expect(items.map(({ call }) => call)).toEqual([toCallPayload(ended)]);
      expect(await expectData(alice.rest.request(getMessage, { messageId: ringing.messageId! }))).toEqual(
        items[0],
      );
      expect(await sql("SELECT * FROM call_participants WHERE state = 'joined'")).toEqual([]);
    },
  );

  bothTransports('is declined, cancelled or missed', async ({ alice, bob, dm, observe }: ScenarioContext) => {
    const conversationId = await dm();
    const declined = await expectData(decline(bob, await expectData(start(alice, conversationId))));
    expect(declined).toMatchObject({ state: 'ended', endReason: 'declined', startedAt: null });
    expect(participantStates(declined)).toEqual({ [alice.id]: 'left', [bob.id]: 'declined' });
    expect(await expectData(decline(bob, declined))).toEqual(declined);

    const cancelled = await expectData(leave(alice, await expectData(start(alice, conversationId))));
    expect(cancelled).toMatchObject({ state: 'ended', endReason: 'cancelled', durationSeconds: null });
    expect(participantStates(cancelled)).toEqual({ [alice.id]: 'left', [bob.id]: 'missed' });

    const another = await expectData(start(bob, conversationId));
    expect(await expectErrorCode(leave(alice, another))).toBe('not_in_call');
    expect(await expectErrorCode(end(alice, another))).toBe('not_in_call');
    expect(await expectErrorCode(decline(bob, another))).toBe('not_ringing');
    expect(await expectData(end(bob, another))).toMatchObject({ endReason: 'cancelled' });
    await observe('message.updated', 3);
  });

  bothTransports(
    'is one call when two users call each other, with one device each',
    async ({ alice, bob, dm, sql }: ScenarioContext) => {
      const conversationId = await dm();
      const ringing = await expectData(start(alice, conversationId));
      const crossing = await expectData(start(bob, conversationId, { clientId: 'met' }));
      expect(crossing).toMatchObject({ id: ringing.id, state: 'active' });
      const second = { ...bob, device: await bob.connectDevice() };
      expect(await expectErrorCode(accept(second, ringing))).toBe('answered_elsewhere');
      expect(await expectErrorCode(start(second, conversationId))).toBe('answered_elsewhere');
      expect(await expectData(start(bob, conversationId, { clientId: 'again' }))).toEqual(crossing);
      const ended = await expectData(end(second, ringing));
      expect(ended).toMatchObject({ endReason: 'completed' });
      for (const clientId of ['met', 'again'])
        expect(await expectData(start(bob, conversationId, { clientId }))).toEqual(ended);
      const otherInput = { type: 'group', memberIds: [alice.id] };
      const { id: group } = await expectData(bob.transport.request(createConversation, otherInput));
      expect(await expectErrorCode(start(bob, group, { clientId: 'met' }))).toBe('client_id_reused');
      expect(await sql('SELECT DISTINCT id FROM calls')).toHaveLength(1);
    },
  );

  bothTransports('finds a user in another call busy', async ({ alice, bob, carol, dm }: ScenarioContext) => {
    const [withBob, withCarol] = [await dm(), await dm('carol')];
    const first = await expectData(start(alice, withBob));
    await expectData(accept(bob, first));
    const busy = await expectData(start(carol, withCarol));
    expect(busy).toMatchObject({ state: 'ended', endReason: 'busy', startedAt: null });
    expect(participantStates(busy)).toEqual({ [carol.id]: 'left', [alice.id]: 'busy' });
    expect(await expectErrorCode(start(alice, withCarol))).toBe('in_another_call');
    await expectData(leave(bob, first));
    const second = await expectData(start(carol, withCarol));
    expect(participantStates(second)).toMatchObject({ [alice.id]: 'ringing' });
    const other = await expectData(start(bob, withBob));
    await expectData(accept(alice, second));
    expect(await expectErrorCode(accept(alice, other))).toBe('in_another_call');
    expect(alice.device.events.filter(({ name }) => name === 'call.ring')).toHaveLength(2);
  });

  bothTransports(
    'with a blocking or inactive callee rings for the caller only',
    async ({ alice, bob, carol, host, dm, observe, sql }: ScenarioContext) => {
      const [withBob, withCarol] = [await dm(), await dm('carol')];
      await expectData(bob.transport.request(addBlock, { userId: alice.id }));
      await expectData((await host()).transport.request(updateUser, { userId: carol.id, isActive: false }));
      const calls: CallDto[] = [];
      for (const conversationId of [withBob, withCarol]) {
        const ringing = await expectData(start(alice, conversationId));
        expect(ringing).toMatchObject({ state: 'ringing', messageId: null });
        expect(Object.values(participantStates(ringing)).sort()).toEqual(['joined', 'ringing']);
        expect(await expectData(start(alice, conversationId))).toEqual(ringing);
        expect(await expectData(accept(alice, ringing))).toEqual(ringing);
        await sql(`UPDATE calls SET ring_expires_at = now() WHERE id = '${ringing.id}';
          UPDATE pgboss.job SET start_after = now() WHERE data->>'callId' = '${ringing.id}'`);
        await waitUntil(async () => (await expectData(read(alice, ringing))).state === 'ended');
        calls.push(await expectData(read(alice, ringing)));
        expect(await expectErrorCode(read(bob, ringing))).toBe('not_found');
        expect(await expectErrorCode(accept(bob, ringing))).toBe('not_found');
      }
      for (const call of calls)
        expect(call).toMatchObject({ endReason: 'missed', revision: 2, messageId: null });
      expect(bob.device.events.filter(({ name }) => /^(call|message)/.test(name))).toEqual([]);
      expect(await expectErrorCode(start(bob, withBob))).toBe('blocked_by_you');
      await observe('call.updated', 4, alice);

      const unanswered = await expectData(start(alice, withBob));
      await expectData(bob.transport.request(removeBlock, { userId: alice.id }));
      const received = await expectData(start(alice, withBob));
      expect(received.id).not.toBe(unanswered.id);
      expect(await bob.device.waitForEvents(1, 'call.ring')).toEqual([received]);
      expect(await expectData(read(alice, unanswered))).toMatchObject({
        state: 'ended',
        endReason: 'missed',
      });
    },
  );

  bothTransports(
    'stays in the history: its message cannot be deleted',
    async ({ alice, bob, dm }: ScenarioContext) => {
      const { messageId } = await expectData(leave(alice, await expectData(start(alice, await dm()))));
      expect(await expectErrorCode(alice.transport.request(deleteMessage, { messageId }))).toBe(
        'not_deletable',
      );
      expect(await expectErrorCode(bob.transport.request(deleteMessage, { messageId }))).toBe('forbidden');
    },
  );

  bothTransports('is rejected in channels', async ({ alice }: ScenarioContext) => {
    const channel = { type: 'channel', title: 'News', isPrivate: false };
    const { id } = await expectData(alice.transport.request(createConversation, channel));
    expect(await expectErrorCode(start(alice, id))).toBe('calls_not_supported');
  });
});

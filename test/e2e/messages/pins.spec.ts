import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { deleteMessage, getMessage, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { listPins, pinMessage, unpinMessage } from '../../../src/modules/messages/pins/pins.contract.js';
import {
  bothTransports,
  type TestActor,
  type ScenarioContext,
} from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';

const MAX_PINS = 250;

async function pinned({ rest }: TestActor, conversationId: string, limit = 100): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
    const page = await expectData(rest.request(listPins, { conversationId, limit, cursor }));
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  }
  return ids;
}

describe('Pins', () => {
  bothTransports(
    'are set and removed by any member',
    async ({ alice, bob, dm, sendText, observe }: ScenarioContext) => {
      const conversationId = await dm();
      const { id: messageId, version } = await sendText(alice, conversationId);
      const first = await expectData(bob.transport.request(pinMessage, { messageId }));
      expect(first).toMatchObject({ id: messageId, version: version + 1, pinnedBy: bob.id, editedAt: null });
      expect(Date.parse(first.pinnedAt!)).toBeGreaterThan(Date.parse(first.createdAt) - 1);
      expect(await expectData(alice.transport.request(pinMessage, { messageId }))).toEqual(first);
      const reply = await expectData(
        bob.transport.request(sendMessage, { conversationId, content: 'Yes', replyToId: messageId }),
      );
      const second = await expectData(alice.transport.request(pinMessage, { messageId: reply.id }));

      const page = await expectData(bob.rest.request(listPins, { conversationId }));
      expect(page).toEqual({ items: [second, first], nextCursor: null, users: page.users });
      expect(Object.keys(page.users).sort()).toEqual([alice.id, bob.id].sort());

      const without = await expectData(alice.transport.request(unpinMessage, { messageId }));
      expect(without).toMatchObject({ pinnedAt: null, pinnedBy: null });
      expect(await expectData(bob.transport.request(unpinMessage, { messageId }))).toEqual(without);
      expect(await pinned(bob, conversationId)).toEqual([reply.id]);
      const received = await observe('message.updated', 3);
      const updates = received.sort((one, other) => Number(one.version) - Number(other.version));
      expect(updates).toEqual([
        { ...first, actorId: bob.id },
        { ...second, actorId: alice.id },
        { ...without, actorId: alice.id },
      ]);
    },
  );

  bothTransports(
    'are limited to 250 and listed newest first, page by page',
    async ({ alice, bob, group, sql }: ScenarioContext) => {
      const conversationId = await group();
      await sql(`
      INSERT INTO messages (id, conversation_id, seq, version, sender_id, type, content, pinned_at, pinned_by)
      SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '${conversationId}', n, 1, '${alice.id}', 'text', 'Number ' || n,
        CASE WHEN n < ${MAX_PINS} THEN '2026-01-01'::timestamptz + n / 3 * interval '1 s' END, CASE WHEN n < ${MAX_PINS} THEN '${bob.id}'::uuid END
      FROM generate_series(1, ${MAX_PINS + 1}) n;
      UPDATE conversations SET last_seq = ${MAX_PINS + 1}, last_main_seq = ${MAX_PINS + 1} WHERE id = '${conversationId}'`);
      const rows = await sql<{ id: string; pinned_at: Date | null }>(
        'SELECT id, pinned_at FROM messages ORDER BY pinned_at DESC NULLS LAST, id DESC',
      );
      const [one, other] = rows.filter(({ pinned_at }) => pinned_at === null).map(({ id }) => id);
      await expectData(bob.transport.request(pinMessage, { messageId: one }));
      expect(await expectErrorCode(bob.transport.request(pinMessage, { messageId: other }))).toBe(
        'too_many_pins',
      );
      await expectData(bob.transport.request(pinMessage, { messageId: one }));
      const expected = [one, ...rows.filter(({ pinned_at }) => pinned_at !== null).map(({ id }) => id)];
      expect(expected).toHaveLength(MAX_PINS);
      expect(await pinned(alice, conversationId, 7)).toEqual(expected);
      expect(await pinned(alice, conversationId)).toEqual(expected);

      await expectData(alice.transport.request(unpinMessage, { messageId: expected[100] }));
      await expectData(bob.transport.request(pinMessage, { messageId: other }));
      expect(await pinned(bob, conversationId)).toEqual([other, ...expected.filter((_, at) => at !== 100)]);
    },
  );

  bothTransports(
    'end with the deletion of the message, and are hidden with it',
    async ({ alice, bob, dm, sendText }: ScenarioContext) => {
      const conversationId = await dm();
      const [one, other] = [
        await sendText(alice, conversationId, 'One'),
        await sendText(alice, conversationId, 'Other'),
      ];
      for (const { id: messageId } of [one, other])
        await expectData(bob.transport.request(pinMessage, { messageId }));
      await expectData(bob.transport.request(hideMessage, { messageId: one.id }));
      const seen = (await expectData(bob.rest.request(listPins, { conversationId }))).items;
      expect(seen.map(({ content, hidden }) => [content, hidden])).toEqual([
        ['Other', false],
        [null, true],
      ]);
      await expectData(alice.transport.request(deleteMessage, { messageId: other.id }));
      expect(await pinned(alice, conversationId)).toEqual([one.id]);
      expect(await expectData(bob.rest.request(getMessage, { messageId: other.id }))).toMatchObject({
        pinnedAt: null,
        pinnedBy: null,
      });
      for (const operation of [pinMessage, unpinMessage])
        expect(await expectErrorCode(bob.transport.request(operation, { messageId: other.id }))).toBe(
          'message_deleted',
        );
    },
  );

  bothTransports(
    'need a membership and, in a DM, no contact restriction',
    async (context: ScenarioContext) => {
      const { alice, bob, carol, dm, group, sendText } = context;
      const [inDm, inGroup] = [await sendText(alice, await dm()), await sendText(alice, await group())];
      for (const { id, conversationId } of [inDm, inGroup]) {
        await expectData(bob.transport.request(pinMessage, { messageId: id }));
        expect(await expectErrorCode(carol.transport.request(pinMessage, { messageId: id }))).toBe(
          'not_found',
        );
        expect(await expectErrorCode(carol.transport.request(unpinMessage, { messageId: id }))).toBe(
          'not_found',
        );
        expect(await expectErrorCode(carol.rest.request(listPins, { conversationId }))).toBe('not_found');
      }
      await expectData(alice.transport.request(addBlock, { userId: bob.id }));
      for (const operation of [pinMessage, unpinMessage]) {
        expect(await expectErrorCode(alice.transport.request(operation, { messageId: inDm.id }))).toBe(
          'blocked_by_you',
        );
        expect(await expectErrorCode(bob.transport.request(operation, { messageId: inDm.id }))).toBe(
          'unavailable',
        );
        await expectData(bob.transport.request(operation, { messageId: inGroup.id }));
      }
      expect(await pinned(bob, inDm.conversationId)).toEqual([inDm.id]);
      expect(await pinned(bob, inGroup.conversationId)).toEqual([]);
    },
  );
});

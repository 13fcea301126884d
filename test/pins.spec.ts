import { addBlock } from '../src/modules/blocks/blocks.contract.js';
import { deleteMessage, getMessage, sendMessage } from '../src/modules/messages/messages.contract.js';
import { hideMessage } from '../src/modules/messages/mine/my-messages.contract.js';
import { listPins, pinMessage, unpinMessage } from '../src/modules/messages/pins.contract.js';
import { bothWays, type Actor, type Scene } from './proof/both-ways.js';
import { data, refusal } from './setup/doors.js';

const MOST = 250;

async function pinned({ rest }: Actor, conversationId: string, limit = 100): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
    const page = await data(rest.ask(listPins, { conversationId, limit, cursor }));
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  }
  return ids;
}

describe('Pins', () => {
  bothWays('are set and taken away by any member', async ({ alice, bob, dm, say, observe }: Scene) => {
    const conversationId = await dm();
    const { id: messageId, version } = await say(alice, conversationId);
    const first = await data(bob.door.ask(pinMessage, { messageId }));
    expect(first).toMatchObject({ id: messageId, version: version + 1, pinnedBy: bob.id, editedAt: null });
    expect(Date.parse(first.pinnedAt!)).toBeGreaterThan(Date.parse(first.createdAt) - 1);
    expect(await data(alice.door.ask(pinMessage, { messageId }))).toEqual(first);
    const reply = await data(
      bob.door.ask(sendMessage, { conversationId, content: 'Yes', replyToId: messageId }),
    );
    const second = await data(alice.door.ask(pinMessage, { messageId: reply.id }));

    const page = await data(bob.rest.ask(listPins, { conversationId }));
    expect(page).toEqual({ items: [second, first], nextCursor: null, users: page.users });
    expect(Object.keys(page.users).sort()).toEqual([alice.id, bob.id].sort());

    const without = await data(alice.door.ask(unpinMessage, { messageId }));
    expect(without).toMatchObject({ pinnedAt: null, pinnedBy: null });
    expect(await data(bob.door.ask(unpinMessage, { messageId }))).toEqual(without);
    expect(await pinned(bob, conversationId)).toEqual([reply.id]);
    const heard = await observe('message.updated', 3);
    const updates = heard.sort((one, other) => Number(one.version) - Number(other.version));
    expect(updates).toEqual([
      { ...first, by: bob.id },
      { ...second, by: alice.id },
      { ...without, by: alice.id },
    ]);
  });

  bothWays('are 250 at most, newest first, page by page', async ({ alice, bob, group, sql }: Scene) => {
    const conversationId = await group();
    await sql(`
      INSERT INTO messages (id, conversation_id, seq, version, sender_id, type, content, pinned_at, pinned_by)
      SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '${conversationId}', n, 1, '${alice.id}', 'text', 'Number ' || n,
        CASE WHEN n < ${MOST} THEN '2026-01-01'::timestamptz + n / 3 * interval '1 s' END, CASE WHEN n < ${MOST} THEN '${bob.id}'::uuid END
      FROM generate_series(1, ${MOST + 1}) n;
      UPDATE conversations SET last_seq = ${MOST + 1}, last_main_seq = ${MOST + 1} WHERE id = '${conversationId}'`);
    const rows = await sql<{ id: string; pinned_at: Date | null }>(
      'SELECT id, pinned_at FROM messages ORDER BY pinned_at DESC NULLS LAST, id DESC',
    );
    const [one, other] = rows.filter(({ pinned_at }) => pinned_at === null).map(({ id }) => id);
    await data(bob.door.ask(pinMessage, { messageId: one }));
    expect(await refusal(bob.door.ask(pinMessage, { messageId: other }))).toBe('too_many_pins');
    await data(bob.door.ask(pinMessage, { messageId: one }));
    const expected = [one, ...rows.filter(({ pinned_at }) => pinned_at !== null).map(({ id }) => id)];
    expect(expected).toHaveLength(MOST);
    expect(await pinned(alice, conversationId, 7)).toEqual(expected);
    expect(await pinned(alice, conversationId)).toEqual(expected);

    await data(alice.door.ask(unpinMessage, { messageId: expected[100] }));
    await data(bob.door.ask(pinMessage, { messageId: other }));
    expect(await pinned(bob, conversationId)).toEqual([other, ...expected.filter((_, at) => at !== 100)]);
  });

  bothWays('end with their message, and are hidden with it', async ({ alice, bob, dm, say }: Scene) => {
    const conversationId = await dm();
    const [one, other] = [await say(alice, conversationId, 'One'), await say(alice, conversationId, 'Other')];
    for (const { id: messageId } of [one, other]) await data(bob.door.ask(pinMessage, { messageId }));
    await data(bob.door.ask(hideMessage, { messageId: one.id }));
    const seen = (await data(bob.rest.ask(listPins, { conversationId }))).items;
    expect(seen.map(({ content, hidden }) => [content, hidden])).toEqual([
      ['Other', false],
      [null, true],
    ]);
    await data(alice.door.ask(deleteMessage, { messageId: other.id }));
    expect(await pinned(alice, conversationId)).toEqual([one.id]);
    expect(await data(bob.rest.ask(getMessage, { messageId: other.id }))).toMatchObject({
      pinnedAt: null,
      pinnedBy: null,
    });
    for (const operation of [pinMessage, unpinMessage])
      expect(await refusal(bob.door.ask(operation, { messageId: other.id }))).toBe('message_deleted');
  });

  bothWays('are for members, and not across a block in a DM', async (scene: Scene) => {
    const { alice, bob, carol, dm, group, say } = scene;
    const [inDm, inGroup] = [await say(alice, await dm()), await say(alice, await group())];
    for (const { id, conversationId } of [inDm, inGroup]) {
      await data(bob.door.ask(pinMessage, { messageId: id }));
      expect(await refusal(carol.door.ask(pinMessage, { messageId: id }))).toBe('not_found');
      expect(await refusal(carol.door.ask(unpinMessage, { messageId: id }))).toBe('not_found');
      expect(await refusal(carol.rest.ask(listPins, { conversationId }))).toBe('not_found');
    }
    await data(alice.door.ask(addBlock, { userId: bob.id }));
    for (const operation of [pinMessage, unpinMessage]) {
      expect(await refusal(alice.door.ask(operation, { messageId: inDm.id }))).toBe('blocked_by_you');
      expect(await refusal(bob.door.ask(operation, { messageId: inDm.id }))).toBe('unavailable');
      await data(bob.door.ask(operation, { messageId: inGroup.id }));
    }
    expect(await pinned(bob, inDm.conversationId)).toEqual([inDm.id]);
    expect(await pinned(bob, inGroup.conversationId)).toEqual([]);
  });
});

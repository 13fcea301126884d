import { addBlock, listBlocks, removeBlock } from '../src/modules/blocks/blocks.contract.js';
import type { BlockPageDto } from '../src/modules/blocks/dto/block.dto.js';
import { createConversation, getConversation } from '../src/modules/conversations/conversations.contract.js';
import { readConversation, updateMembership } from '../src/modules/conversations/marks.contract.js';
import { addMembers, joinConversation } from '../src/modules/conversations/members.contract.js';
import {
  deleteMessage,
  editMessage,
  listMessages,
  sendMessage,
} from '../src/modules/messages/messages.contract.js';
import { updateUser } from '../src/modules/users/users.contract.js';
import { bothWays, type Actor } from './proof/both-ways.js';
import { data, refusal, type Answer } from './setup/doors.js';

const NOBODY = '01890000-0000-7000-8000-000000000000';
const MOST_BLOCKS = 1_000;

/** All of an error but what differs from request to request. */
async function problem(asked: Promise<Answer<unknown>>): Promise<object> {
  const answer = await asked;
  if (answer.ok) throw new Error('It was allowed.');
  return { ...answer.error, requestId: null };
}

describe('A block', () => {
  bothWays('is set and taken back once, and only the one who blocks knows', async ({ alice, bob, carol }) => {
    const second = await alice.another();
    const [block, open] = [
      { userId: bob.id, blocked: true, meVersion: 1 },
      { userId: bob.id, blocked: false, meVersion: 2 },
    ];
    expect(await data(alice.door.ask(removeBlock, { userId: bob.id }))).toMatchObject({ meVersion: 0 });
    expect(await data(alice.door.ask(addBlock, { userId: bob.id }))).toEqual(block);
    expect(await data(alice.door.ask(addBlock, { userId: bob.id }))).toEqual(block);
    const { items, users } = await data(alice.rest.ask(listBlocks, {}));
    expect(items).toMatchObject([{ userId: bob.id }]);
    expect(users).toMatchObject({ [bob.id]: { username: 'bob' } });
    expect((await data(bob.rest.ask(listBlocks, {}))).items).toEqual([]);
    expect(await data(alice.door.ask(removeBlock, { userId: bob.id }))).toEqual(open);
    expect(await data(alice.door.ask(removeBlock, { userId: bob.id }))).toEqual(open);
    expect((await data(alice.rest.ask(listBlocks, {}))).items).toEqual([]);
    for (const device of [alice.device, second])
      expect(await device.hear(2, 'block.updated')).toEqual([block, open]);
    expect([bob, carol].map(({ device }) => device.heard)).toEqual([[], []]);

    expect(await refusal(alice.door.ask(addBlock, { userId: alice.id }))).toBe('validation_failed');
    expect(await refusal(alice.door.ask(addBlock, { userId: NOBODY }))).toBe('not_found');
    expect(await data(alice.door.ask(removeBlock, { userId: NOBODY }))).toMatchObject({ blocked: false });
  });

  bothWays('is one of a thousand at most, listed page by page', async ({ alice, bob, sql }) => {
    const people = `
      INSERT INTO users (id, tms_user_id) SELECT gen_random_uuid(), 'crowd-' || n FROM generate_series(1, ${MOST_BLOCKS - 1}) n
      RETURNING id`;
    await sql(`WITH crowd AS (${people}) INSERT INTO user_blocks SELECT '${alice.id}', id FROM crowd`);
    await data(alice.door.ask(addBlock, { userId: bob.id }));
    const [first] = (await data(alice.rest.ask(listBlocks, {}))).items;
    const one = await sql<{ id: string }>(
      `INSERT INTO users (id, tms_user_id) VALUES (gen_random_uuid(), 'one more') RETURNING id`,
    );
    expect(await refusal(alice.door.ask(addBlock, { userId: one[0]!.id }))).toBe('too_many_blocks');
    await data(alice.door.ask(addBlock, { userId: first!.userId }));

    const found: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: BlockPageDto = await data(alice.rest.ask(listBlocks, { limit: 90, cursor }));
      expect(page.items.length).toBeLessThanOrEqual(90);
      expect(Object.keys(page.users)).toHaveLength(page.items.length);
      found.push(...page.items.map(({ userId }) => userId));
      cursor = page.nextCursor;
    }
    const rows = await sql<{ id: string }>('SELECT blocked_id AS id FROM user_blocks ORDER BY 1');
    expect(found).toEqual(rows.map(({ id }) => id));
    expect(found).toHaveLength(MOST_BLOCKS);
  });

  bothWays(
    'closes the DM in both directions, but for deleting one’s own',
    async ({ alice, bob, dm, observe }) => {
      const conversationId = await dm();
      const send = (who: Actor, content: string): Promise<Answer<{ id: string }>> =>
        who.door.ask(sendMessage, { conversationId, content, clientId: content });
      const [his, hers] = [await data(send(bob, 'His')), await data(send(alice, 'Hers'))];
      await data(alice.door.ask(addBlock, { userId: bob.id }));

      for (const [who, code, own] of [
        [alice, 'blocked_by_you', hers],
        [bob, 'unavailable', his],
      ] as const) {
        expect(await refusal(send(who, 'More'))).toBe(code);
        const edit = { messageId: own.id, content: 'Otherwise' };
        expect(await refusal(who.door.ask(editMessage, edit))).toBe(code);
        expect((await data(who.door.ask(listMessages, { conversationId }))).items).toHaveLength(2);
        await data(who.door.ask(readConversation, { conversationId, seq: 2 }));
        await data(who.door.ask(updateMembership, { conversationId, archived: true }));
        expect((await data(who.rest.ask(getConversation, { conversationId }))).memberCount).toBe(2);
      }
      for (const [who, peer] of [
        [alice, bob],
        [bob, alice],
      ] as const)
        expect((await data(who.door.ask(createConversation, { type: 'dm', memberIds: [peer.id] }))).id).toBe(
          conversationId,
        );
      expect(await data(send(bob, 'His'))).toEqual(his);
      await data(bob.door.ask(deleteMessage, { messageId: his.id }));
      await data(alice.door.ask(deleteMessage, { messageId: hers.id }));
      await observe('message.deleted', 2);
      await observe('message.new', 2);

      await data(alice.door.ask(removeBlock, { userId: bob.id }));
      for (const who of [alice, bob]) await data(send(who, 'Again'));
      await observe('message.new', 4);
    },
  );

  bothWays(
    'keeps a DM from beginning, and people from being added',
    async ({ alice, bob, carol, host, group }) => {
      const [hers, his] = [
        await group({ memberIds: [carol.id] }),
        await data(bob.door.ask(createConversation, { type: 'group' })),
      ];
      await data(alice.door.ask(addBlock, { userId: bob.id }));
      for (const [who, peer, code, conversationId] of [
        [alice, bob, 'blocked_by_you', hers],
        [bob, alice, 'unavailable', his.id],
      ] as const) {
        for (const type of ['dm', 'group'])
          expect(await refusal(who.door.ask(createConversation, { type, memberIds: [peer.id] }))).toBe(code);
        const userIds = [carol.id, peer.id];
        expect(await refusal(who.door.ask(addMembers, { conversationId, userIds }))).toBe(code);
      }
      const { door } = await host();
      const brought = await data(door.ask(addMembers, { conversationId: hers, userIds: [bob.id] }));
      expect(brought.memberCount).toBe(3);
      const { id: conversationId } = await data(
        alice.door.ask(createConversation, { type: 'channel', title: 'Open', isPrivate: false }),
      );
      expect((await data(bob.door.ask(joinConversation, { conversationId }))).memberCount).toBe(2);
      const { members } = await data(
        alice.door.ask(addMembers, { conversationId, userIds: [bob.id, carol.id] }),
      );
      expect(members).toHaveLength(2);
    },
  );

  bothWays('changes nothing in a group that both are in', async ({ alice, bob, group, say, observe }) => {
    const conversationId = await group();
    await data(alice.door.ask(addBlock, { userId: bob.id }));
    const [his, hers] = [await say(bob, conversationId, 'His'), await say(alice, conversationId, 'Hers')];
    expect(await observe('message.new', 2)).toEqual([his, hers]);
    const reply = { conversationId, content: 'Answer', replyToId: his.id };
    expect((await data(alice.door.ask(sendMessage, reply))).replyTo).toMatchObject({ excerpt: 'His' });
    await data(bob.door.ask(editMessage, { messageId: his.id, content: 'Otherwise' }));
    await observe('message.updated', 1);
    for (const who of [alice, bob])
      expect((await data(who.rest.ask(getConversation, { conversationId }))).members).toHaveLength(2);
  });

  bothWays('cannot be told from somebody inactive', async ({ alice, bob, carol, host, dm, group, say }) => {
    const [withBob, withCarol, team] = [await dm('bob'), await dm('carol'), await group({ memberIds: [] })];
    const said = [await say(alice, withBob), await say(alice, withCarol)];
    const { door } = await host();
    await data(bob.door.ask(addBlock, { userId: alice.id }));
    await data(door.ask(updateUser, { userId: carol.id, isActive: false }));

    const asked = async (peer: Actor, conversationId: string, messageId: string): Promise<object[]> => [
      await problem(alice.door.ask(sendMessage, { conversationId, content: 'Hello?' })),
      await problem(alice.door.ask(editMessage, { messageId, content: 'Hello?' })),
      await problem(alice.door.ask(createConversation, { type: 'group', memberIds: [peer.id] })),
      await problem(alice.door.ask(addMembers, { conversationId: team, userIds: [peer.id] })),
    ];
    const ofBob = await asked(bob, withBob, said[0]!.id);
    expect(ofBob).toEqual(await asked(carol, withCarol, said[1]!.id));
    expect(ofBob).toMatchObject(Array(4).fill({ code: 'unavailable', status: 403 }));
    const seen = async (conversationId: string, { id }: Actor): Promise<unknown> => {
      const { users, members } = await data(alice.rest.ask(getConversation, { conversationId }));
      return [members.length, Object.keys(users[id]!)];
    };
    expect(await seen(withBob, bob)).toEqual(await seen(withCarol, carol));
  });
});

import { addBlock } from '../src/modules/blocks/blocks.contract.js';
import { addMembers } from '../src/modules/conversations/members.contract.js';
import { sync } from '../src/modules/inbox/inbox.contract.js';
import {
  deleteMessage,
  editMessage,
  getMessage,
  listMessages,
  sendMessage,
} from '../src/modules/messages/messages.contract.js';
import { hideMessage } from '../src/modules/messages/mine/my-messages.contract.js';
import {
  addReaction,
  listReactions,
  removeReaction,
} from '../src/modules/messages/reactions/reactions.contract.js';
import { bothWays, type Scene } from './proof/both-ways.js';
import { data, refusal, restDoor } from './setup/doors.js';
import { person } from './setup/server.js';

const TWENTY = Array.from({ length: 20 }, (_, index) => String.fromCodePoint(0x1f600 + index));

describe('Reactions', () => {
  bothWays('come, are counted, and go', async ({ alice, bob, dm, say, observe }: Scene) => {
    const conversationId = await dm();
    const { id: messageId, version } = await say(alice, conversationId);
    const one = await data(bob.door.ask(addReaction, { messageId, emoji: '🎉' }));
    expect(one).toMatchObject({
      id: messageId,
      version: version + 1,
      editedAt: null,
      reactions: [{ emoji: '🎉', count: 1, userIds: [bob.id] }],
    });
    expect(await data(bob.door.ask(addReaction, { messageId, emoji: '🎉' }))).toEqual(one);
    await data(alice.door.ask(addReaction, { messageId, emoji: '👍' }));
    const three = await data(alice.door.ask(addReaction, { messageId, emoji: '🎉' }));
    expect(three.reactions).toEqual([
      { emoji: '🎉', count: 2, userIds: [bob.id, alice.id] },
      { emoji: '👍', count: 1, userIds: [alice.id] },
    ]);
    expect(await data(bob.rest.ask(getMessage, { messageId }))).toEqual(three);
    expect((await data(bob.door.ask(listMessages, { conversationId }))).items).toEqual([three]);

    const without = await data(bob.door.ask(removeReaction, { messageId, emoji: '🎉' }));
    expect(without.reactions.map(({ emoji, count }) => [emoji, count])).toEqual([
      ['👍', 1],
      ['🎉', 1],
    ]);
    expect(await data(bob.door.ask(removeReaction, { messageId, emoji: '🎉' }))).toEqual(without);
    expect(await data(bob.door.ask(removeReaction, { messageId, emoji: '😱' }))).toEqual(without);
    for (const emoji of ['👍', '🎉']) await data(alice.door.ask(removeReaction, { messageId, emoji }));
    expect((await data(bob.rest.ask(getMessage, { messageId }))).reactions).toEqual([]);

    const heard = await observe('message.updated', 6);
    const updates = heard.sort((one, other) => Number(one.version) - Number(other.version));
    expect(updates.map(({ by }) => by)).toEqual([bob.id, alice.id, alice.id, bob.id, alice.id, alice.id]);
    expect(updates[2]).toEqual({ ...three, by: alice.id });
  });

  bothWays('are one emoji each, however it is written', async ({ alice, bob, dm, say, sql }: Scene) => {
    const { id: messageId } = await say(alice, await dm());
    await data(alice.door.ask(addReaction, { messageId, emoji: '❤' }));
    await data(bob.door.ask(addReaction, { messageId, emoji: '❤️' }));
    for (const emoji of ['1\u20e3', '🇩🇪', '👍🏽', '👩‍⚕', '🏳\u200d🌈', '#️⃣'])
      await data(bob.door.ask(addReaction, { messageId, emoji }));
    const { reactions } = await data(alice.rest.ask(getMessage, { messageId }));
    expect(reactions.map(({ emoji }) => emoji)).toEqual(['❤️', '1️⃣', '🇩🇪', '👍🏽', '👩‍⚕️', '🏳️‍🌈', '#️⃣']);
    expect(reactions[0]).toEqual({ emoji: '❤️', count: 2, userIds: [alice.id, bob.id] });
    await data(bob.door.ask(removeReaction, { messageId, emoji: '❤' }));
    await data(bob.door.ask(removeReaction, { messageId, emoji: '1️⃣' }));
    expect(await sql(`SELECT emoji FROM message_reactions WHERE emoji ~ '❤|1'`)).toEqual([{ emoji: '❤️' }]);

    const others = ['a', '1', '👍👍', '❤\ufe0e', '👍a', ':+1:', '🇩', '😀'.repeat(20), '\u200d', ' '];
    for (const emoji of others) {
      const answer = await bob.door.ask(addReaction, { messageId, emoji });
      expect([emoji, answer.ok || answer.error.errors]).toEqual([
        emoji,
        [{ field: 'emoji', code: 'not_an_emoji' }],
      ]);
    }
  });

  bothWays('are of 20 emojis at most, by as many people as like', async (scene: Scene) => {
    const { alice, bob, carol, group, say } = scene;
    const { id: messageId } = await say(alice, await group());
    for (const emoji of TWENTY) await data(alice.door.ask(addReaction, { messageId, emoji }));
    expect(await refusal(bob.door.ask(addReaction, { messageId, emoji: '👍' }))).toBe('too_many_reactions');
    expect(await refusal(carol.door.ask(addReaction, { messageId, emoji: '👍' }))).toBe('not_found');
    await data(bob.door.ask(addReaction, { messageId, emoji: TWENTY[3]! }));
    await data(alice.door.ask(addReaction, { messageId, emoji: TWENTY[4]! }));
    await data(alice.door.ask(removeReaction, { messageId, emoji: TWENTY[0]! }));
    const { reactions } = await data(bob.door.ask(addReaction, { messageId, emoji: '👍' }));
    expect(reactions.map(({ emoji }) => emoji)).toEqual([...TWENTY.slice(1), '👍']);
  });

  bothWays('tell who they are of, page by page', async ({ server, alice, group, say }: Scene) => {
    const conversationId = await group();
    const { id: messageId } = await say(alice, conversationId);
    const people = [];
    for (let index = 0; index < 13; index++) people.push(await person(server, `person-${index}`));
    const userIds = people.map(({ id }) => id);
    await data(alice.door.ask(addMembers, { conversationId, userIds }));
    for (const { token } of people)
      await data(restDoor(server.url, token).ask(addReaction, { messageId, emoji: '👍' }));
    for (const { token } of people.slice(0, 2))
      await data(restDoor(server.url, token).ask(addReaction, { messageId, emoji: '🎉' }));

    const { reactions } = await data(alice.rest.ask(getMessage, { messageId }));
    expect(reactions[0]).toEqual({ emoji: '👍', count: 13, userIds: userIds.slice(0, 10) });
    const all = async (input: object): Promise<[string, string][]> => {
      const found: [string, string][] = [];
      for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
        const page = await data(alice.rest.ask(listReactions, { messageId, limit: 4, cursor, ...input }));
        expect(Object.keys(page.users).sort()).toEqual(
          [...new Set(page.items.map(({ userId }) => userId))].sort(),
        );
        found.push(...page.items.map(({ emoji, userId }): [string, string] => [emoji, userId]));
        cursor = page.nextCursor ?? undefined;
      }
      return found;
    };
    const thumbs = userIds.map((id): [string, string] => ['👍', id]);
    const parties = userIds.slice(0, 2).map((id): [string, string] => ['🎉', id]);
    expect(await all({ emoji: '👍' })).toEqual(thumbs);
    expect(await all({ emoji: '🎉' })).toEqual(parties);
    expect(await all({ emoji: '😱' })).toEqual([]);
    const each = await all({});
    expect(each).toHaveLength(15);
    expect(each.filter(([emoji]) => emoji === '👍')).toEqual(thumbs);
    expect(each.filter(([emoji]) => emoji === '🎉')).toEqual(parties);
    const { users } = await data(alice.door.ask(listMessages, { conversationId }));
    expect(Object.keys(users).sort()).toEqual([alice.id, ...userIds.slice(0, 10)].sort());
    const synced = await data(alice.door.ask(sync, { conversations: { [conversationId]: 1 } }));
    expect(Object.keys(synced.users)).toEqual(expect.arrayContaining(userIds.slice(0, 10)));
  });

  bothWays('end with their message, and are hidden with it', async (scene: Scene) => {
    const { alice, bob, dm, say, sql } = scene;
    const conversationId = await dm();
    const { id: messageId } = await say(alice, conversationId);
    await data(bob.door.ask(addReaction, { messageId, emoji: '👍' }));
    await data(bob.door.ask(hideMessage, { messageId }));
    expect((await data(bob.rest.ask(getMessage, { messageId }))).reactions).toEqual([]);
    expect((await data(bob.rest.ask(listReactions, { messageId }))).items).toEqual([]);
    expect((await data(alice.rest.ask(listReactions, { messageId }))).items).toMatchObject([
      { emoji: '👍', userId: bob.id },
    ]);
    const edited = await data(alice.door.ask(editMessage, { messageId, content: 'Otherwise' }));
    expect(edited.reactions).toHaveLength(1);

    await data(alice.door.ask(deleteMessage, { messageId }));
    for (const operation of [addReaction, removeReaction])
      expect(await refusal(bob.door.ask(operation, { messageId, emoji: '👍' }))).toBe('message_deleted');
    expect((await data(alice.rest.ask(getMessage, { messageId }))).reactions).toEqual([]);
    expect((await data(alice.rest.ask(listReactions, { messageId }))).items).toEqual([]);
    expect(await sql('SELECT * FROM message_reactions')).toEqual([]);
  });

  bothWays('end at a block in a DM, and not in a group', async ({ alice, bob, dm, group, say }: Scene) => {
    const [inDm, inGroup] = [await say(alice, await dm()), await say(alice, await group())];
    await data(bob.door.ask(addReaction, { messageId: inDm.id, emoji: '👍' }));
    await data(alice.door.ask(addBlock, { userId: bob.id }));
    for (const operation of [addReaction, removeReaction]) {
      const about = { messageId: inDm.id, emoji: '👍' };
      expect(await refusal(alice.door.ask(operation, about))).toBe('blocked_by_you');
      expect(await refusal(bob.door.ask(operation, about))).toBe('unavailable');
      await data(bob.door.ask(operation, { messageId: inGroup.id, emoji: '👍' }));
    }
    expect((await data(alice.rest.ask(listReactions, { messageId: inDm.id }))).items).toHaveLength(1);
  });

  bothWays('make nothing unread, and no message newer', async ({ alice, bob, dm, say }: Scene) => {
    const conversationId = await dm();
    const { id: messageId } = await say(alice, conversationId);
    const last = await data(bob.door.ask(sendMessage, { conversationId, content: 'Last' }));
    await data(bob.door.ask(addReaction, { messageId, emoji: '👍' }));
    const { items } = await data(alice.door.ask(listMessages, { conversationId }));
    expect(items.map(({ id }) => id)).toEqual([messageId, last.id]);
    const { conversations } = await data(alice.door.ask(sync, {}));
    expect(conversations[0]!.conversation).toMatchObject({
      lastSeq: 2,
      lastActivityAt: last.createdAt,
      me: { unread: 1 },
    });
  });
});

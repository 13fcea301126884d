import { randomUUID } from 'node:crypto';
import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { addMembers } from '../../../src/modules/conversations/members/members.contract.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  getMessage,
  listMessages,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import {
  addReaction,
  listReactions,
  removeReaction,
} from '../../../src/modules/messages/reactions/reactions.contract.js';
import {
  bothTransports,
  type ScenarioContext,
  type TestActor,
} from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode, restTransport } from '../../support/clients/transports.js';
import { createUser } from '../../support/servers/test-server.js';

const TWENTY_EMOJIS = Array.from({ length: 20 }, (_, index) => String.fromCodePoint(0x1f600 + index));

describe('A reaction summary', () => {
  bothTransports(
    'tells each reader whether the reaction is an own one, beyond the listed users',
    async (context) => {
      const { alice, bob, group, sendText, server, sql } = context;
      const conversationId = await group();
      const { id: messageId } = await sendText(alice, conversationId);
      const reactedBy = async ({ rest }: TestActor): Promise<boolean[]> => {
        const single = await expectData(rest.request(getMessage, { messageId }));
        const { items } = await expectData(rest.request(listMessages, { conversationId }));
        expect(items[0]!.reactions).toEqual(single.reactions);
        return single.reactions.map(({ reacted }) => reacted);
      };
      for (let number = 0; number < 10; number++) {
        const { id } = await createUser(server, `reactor ${number}`, { sub: randomUUID() });
        await sql(
          `INSERT INTO message_reactions (message_id, user_id, emoji) VALUES ('${messageId}', '${id}', '👍')`,
        );
      }
      const added = await expectData(bob.transport.request(addReaction, { messageId, emoji: '👍' }));
      expect(added.reactions).toMatchObject([{ count: 11, reacted: true }]);
      expect(added.reactions[0]!.userIds).not.toContain(bob.id);
      expect([await reactedBy(bob), await reactedBy(alice)]).toEqual([[true], [false]]);
      const [event] = await alice.device.waitForEvents(1, 'message.updated');
      expect(event).toMatchObject({ actorId: bob.id, reactions: [{ count: 11, reacted: false }] });
      const removed = await expectData(bob.transport.request(removeReaction, { messageId, emoji: '👍' }));
      expect(removed.reactions).toMatchObject([{ count: 10, reacted: false }]);
      expect(await reactedBy(bob)).toEqual([false]);
    },
  );
});

describe('Reactions', () => {
  bothTransports(
    'are added, counted and removed',
    async ({ alice, bob, dm, sendText, observe }: ScenarioContext) => {
      const conversationId = await dm();
      const { id: messageId, version } = await sendText(alice, conversationId);
      const one = await expectData(bob.transport.request(addReaction, { messageId, emoji: '🎉' }));
      expect(one).toMatchObject({
        id: messageId,
        version: version + 1,
        editedAt: null,
        reactions: [{ emoji: '🎉', count: 1, userIds: [bob.id] }],
      });
      expect(await expectData(bob.transport.request(addReaction, { messageId, emoji: '🎉' }))).toEqual(one);
      await expectData(alice.transport.request(addReaction, { messageId, emoji: '👍' }));
      const three = await expectData(alice.transport.request(addReaction, { messageId, emoji: '🎉' }));
      expect(three.reactions).toEqual([
        { emoji: '🎉', count: 2, userIds: [bob.id, alice.id], reacted: true },
        { emoji: '👍', count: 1, userIds: [alice.id], reacted: true },
      ]);
      const withReacted = (...own: boolean[]): MessageDto => ({
        ...three,
        reactions: three.reactions.map((summary, index) => ({ ...summary, reacted: own[index]! })),
      });
      const asSeenByBob = withReacted(true, false);
      expect(await expectData(bob.rest.request(getMessage, { messageId }))).toEqual(asSeenByBob);
      expect((await expectData(bob.transport.request(listMessages, { conversationId }))).items).toEqual([
        asSeenByBob,
      ]);

      const without = await expectData(bob.transport.request(removeReaction, { messageId, emoji: '🎉' }));
      expect(without.reactions.map(({ emoji, count }) => [emoji, count])).toEqual([
        ['👍', 1],
        ['🎉', 1],
      ]);
      expect(await expectData(bob.transport.request(removeReaction, { messageId, emoji: '🎉' }))).toEqual(
        without,
      );
      expect(await expectData(bob.transport.request(removeReaction, { messageId, emoji: '😱' }))).toEqual(
        without,
      );
      for (const emoji of ['👍', '🎉'])
        await expectData(alice.transport.request(removeReaction, { messageId, emoji }));
      expect((await expectData(bob.rest.request(getMessage, { messageId }))).reactions).toEqual([]);

      const received = await observe('message.updated', 6);
      const updates = received.sort((one, other) => Number(one.version) - Number(other.version));
      expect(updates.map(({ actorId }) => actorId)).toEqual([
        bob.id,
        alice.id,
        alice.id,
        bob.id,
        alice.id,
        alice.id,
      ]);
      expect(updates[2]).toEqual({ ...withReacted(false, false), actorId: alice.id });
    },
  );

  bothTransports(
    'are one emoji each, independent of variation selectors',
    async ({ alice, bob, dm, sendText, sql }: ScenarioContext) => {
      const { id: messageId } = await sendText(alice, await dm());
      await expectData(alice.transport.request(addReaction, { messageId, emoji: '❤' }));
      await expectData(bob.transport.request(addReaction, { messageId, emoji: '❤️' }));
      for (const emoji of ['1\u20e3', '🇩🇪', '👍🏽', '👩‍⚕', '🏳\u200d🌈', '#️⃣'])
        await expectData(bob.transport.request(addReaction, { messageId, emoji }));
      const { reactions } = await expectData(alice.rest.request(getMessage, { messageId }));
      expect(reactions.map(({ emoji }) => emoji)).toEqual(['❤️', '1️⃣', '🇩🇪', '👍🏽', '👩‍⚕️', '🏳️‍🌈', '#️⃣']);
      expect(reactions[0]).toMatchObject({ emoji: '❤️', count: 2, userIds: [alice.id, bob.id] });
      await expectData(bob.transport.request(removeReaction, { messageId, emoji: '❤' }));
      await expectData(bob.transport.request(removeReaction, { messageId, emoji: '1️⃣' }));
      expect(await sql(`SELECT emoji FROM message_reactions WHERE emoji ~ '❤|1'`)).toEqual([{ emoji: '❤️' }]);

      const others = ['a', '1', '👍👍', '❤\ufe0e', '👍a', ':+1:', '🇩', '😀'.repeat(20), '\u200d', ' '];
      for (const emoji of others) {
        const answer = await bob.transport.request(addReaction, { messageId, emoji });
        expect([emoji, answer.ok || answer.error.errors]).toEqual([
          emoji,
          [{ field: 'emoji', code: 'not_an_emoji' }],
        ]);
      }
    },
  );

  bothTransports(
    'are limited to 20 different emojis, without a limit of users',
    async (context: ScenarioContext) => {
      const { alice, bob, carol, group, sendText } = context;
      const { id: messageId } = await sendText(alice, await group());
      for (const emoji of TWENTY_EMOJIS)
        await expectData(alice.transport.request(addReaction, { messageId, emoji }));
      expect(await expectErrorCode(bob.transport.request(addReaction, { messageId, emoji: '👍' }))).toBe(
        'too_many_reactions',
      );
      expect(await expectErrorCode(carol.transport.request(addReaction, { messageId, emoji: '👍' }))).toBe(
        'not_found',
      );
      await expectData(bob.transport.request(addReaction, { messageId, emoji: TWENTY_EMOJIS[3]! }));
      await expectData(alice.transport.request(addReaction, { messageId, emoji: TWENTY_EMOJIS[4]! }));
      await expectData(alice.transport.request(removeReaction, { messageId, emoji: TWENTY_EMOJIS[0]! }));
      const { reactions } = await expectData(bob.transport.request(addReaction, { messageId, emoji: '👍' }));
      expect(reactions.map(({ emoji }) => emoji)).toEqual([...TWENTY_EMOJIS.slice(1), '👍']);
    },
  );

  bothTransports(
    'are listed by user, page by page',
    async ({ server, alice, group, sendText }: ScenarioContext) => {
      const conversationId = await group();
      const { id: messageId } = await sendText(alice, conversationId);
      const testUsers = [];
      for (let index = 0; index < 13; index++) testUsers.push(await createUser(server, `person-${index}`));
      const userIds = testUsers.map(({ id }) => id);
      await expectData(alice.transport.request(addMembers, { conversationId, userIds }));
      for (const { token } of testUsers)
        await expectData(restTransport(server.url, token).request(addReaction, { messageId, emoji: '👍' }));
      for (const { token } of testUsers.slice(0, 2))
        await expectData(restTransport(server.url, token).request(addReaction, { messageId, emoji: '🎉' }));

      const { reactions } = await expectData(alice.rest.request(getMessage, { messageId }));
      expect(reactions[0]).toMatchObject({ emoji: '👍', count: 13, userIds: userIds.slice(0, 10) });
      const all = async (input: object): Promise<[string, string][]> => {
        const found: [string, string][] = [];
        for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
          const page = await expectData(
            alice.rest.request(listReactions, { messageId, limit: 4, cursor, ...input }),
          );
          expect(Object.keys(page.users).sort()).toEqual(
            [...new Set(page.items.map(({ userId }) => userId))].sort(),
          );
          found.push(...page.items.map(({ emoji, userId }): [string, string] => [emoji, userId]));
          cursor = page.nextCursor ?? undefined;
        }
        return found;
      };
      const thumbs = userIds.map((id): [string, string] => ['👍', id]);
      const partyReactions = userIds.slice(0, 2).map((id): [string, string] => ['🎉', id]);
      expect(await all({ emoji: '👍' })).toEqual(thumbs);
      expect(await all({ emoji: '🎉' })).toEqual(partyReactions);
      expect(await all({ emoji: '😱' })).toEqual([]);
      const each = await all({});
      expect(each).toHaveLength(15);
      expect(each.filter(([emoji]) => emoji === '👍')).toEqual(thumbs);
      expect(each.filter(([emoji]) => emoji === '🎉')).toEqual(partyReactions);
      const { users } = await expectData(alice.transport.request(listMessages, { conversationId }));
      expect(Object.keys(users).sort()).toEqual([alice.id, ...userIds.slice(0, 10)].sort());
      const synced = await expectData(
        alice.transport.request(sync, { conversations: { [conversationId]: 1 } }),
      );
      expect(Object.keys(synced.users)).toEqual(expect.arrayContaining(userIds.slice(0, 10)));
    },
  );

  bothTransports(
    'end with the deletion of the message, and are hidden with it',
    async (context: ScenarioContext) => {
      const { alice, bob, dm, sendText, sql } = context;
      const conversationId = await dm();
      const { id: messageId } = await sendText(alice, conversationId);
      await expectData(bob.transport.request(addReaction, { messageId, emoji: '👍' }));
      await expectData(bob.transport.request(hideMessage, { messageId }));
      expect((await expectData(bob.rest.request(getMessage, { messageId }))).reactions).toEqual([]);
      expect((await expectData(bob.rest.request(listReactions, { messageId }))).items).toEqual([]);
      expect((await expectData(alice.rest.request(listReactions, { messageId }))).items).toMatchObject([
        { emoji: '👍', userId: bob.id },
      ]);
      const edited = await expectData(
        alice.transport.request(editMessage, { messageId, content: 'Otherwise' }),
      );
      expect(edited.reactions).toHaveLength(1);

      await expectData(alice.transport.request(deleteMessage, { messageId }));
      for (const operation of [addReaction, removeReaction])
        expect(await expectErrorCode(bob.transport.request(operation, { messageId, emoji: '👍' }))).toBe(
          'message_deleted',
        );
      expect((await expectData(alice.rest.request(getMessage, { messageId }))).reactions).toEqual([]);
      expect((await expectData(alice.rest.request(listReactions, { messageId }))).items).toEqual([]);
      expect(await sql('SELECT * FROM message_reactions')).toEqual([]);
    },
  );

  bothTransports(
    'are rejected under a contact restriction in a DM, not in a group',
    async ({ alice, bob, dm, group, sendText }: ScenarioContext) => {
      const [inDm, inGroup] = [await sendText(alice, await dm()), await sendText(alice, await group())];
      await expectData(bob.transport.request(addReaction, { messageId: inDm.id, emoji: '👍' }));
      await expectData(alice.transport.request(addBlock, { userId: bob.id }));
      for (const operation of [addReaction, removeReaction]) {
        const about = { messageId: inDm.id, emoji: '👍' };
        expect(await expectErrorCode(alice.transport.request(operation, about))).toBe('blocked_by_you');
        expect(await expectErrorCode(bob.transport.request(operation, about))).toBe('unavailable');
        await expectData(bob.transport.request(operation, { messageId: inGroup.id, emoji: '👍' }));
      }
      expect(
        (await expectData(alice.rest.request(listReactions, { messageId: inDm.id }))).items,
      ).toHaveLength(1);
    },
  );

  bothTransports(
    'change neither unread counts nor the order of conversations',
    async ({ alice, bob, dm, sendText }: ScenarioContext) => {
      const conversationId = await dm();
      const { id: messageId } = await sendText(alice, conversationId);
      const last = await expectData(bob.transport.request(sendMessage, { conversationId, content: 'Last' }));
      await expectData(bob.transport.request(addReaction, { messageId, emoji: '👍' }));
      const { items } = await expectData(alice.transport.request(listMessages, { conversationId }));
      expect(items.map(({ id }) => id)).toEqual([messageId, last.id]);
      const { conversations } = await expectData(alice.transport.request(sync, {}));
      expect(conversations[0]!.conversation).toMatchObject({
        lastSeq: 2,
        lastActivityAt: last.createdAt,
        membership: { unread: 1 },
      });
    },
  );
});

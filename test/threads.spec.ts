import { addBlock } from '../src/modules/blocks/blocks.contract.js';
import { getConversation } from '../src/modules/conversations/conversations.contract.js';
import { readConversation } from '../src/modules/conversations/marks.contract.js';
import { addMembers, removeMember } from '../src/modules/conversations/members.contract.js';
import { clearUnread, getUnread } from '../src/modules/inbox/inbox.contract.js';
import type { MessageDto } from '../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  getMessage,
  sendMessage,
} from '../src/modules/messages/messages.contract.js';
import {
  followThread,
  getThread,
  listThreads,
  readThread,
  unfollowThread,
} from '../src/modules/messages/threads/threads.contract.js';
import { bothWays, type Actor } from './proof/both-ways.js';
import { mine, reply, rootOfThree } from './proof/in-thread.js';
import { data, refusal, type Answer } from './setup/doors.js';

const NOBODY = '01890000-0000-7000-8000-000000000000';
const CALM_MS = 50;

/** What is said of a thread everywhere must be the same. */
async function unreadOf(actor: Actor, root: MessageDto): Promise<number> {
  const { unread, following } = await mine(actor, root);
  const { threads } = await data(actor.door.ask(getUnread, {}));
  const { items } = await data(actor.rest.ask(listThreads, { show: 'unread' }));
  const rootId = root.id;
  const expected = unread > 0 ? [{ conversationId: root.conversationId, rootId, unread }] : [];
  expect(threads.filter((thread) => thread.rootId === rootId)).toEqual(expected);
  expect(items.filter(({ me }) => me.rootId === rootId).map(({ me }) => [me.unread, me.following])).toEqual(
    unread > 0 ? [[unread, following]] : [],
  );
  return unread;
}

describe('A thread', () => {
  bothWays('is followed by its author, and whoever replies or is mentioned', async (scene) => {
    const { alice, bob, carol } = scene;
    const root = await rootOfThree(scene);
    const { conversationId } = root;
    expect(await mine(bob, root)).toEqual({
      conversationId,
      rootId: root.id,
      following: false,
      lastReadSeq: 0,
      unread: 0,
      conversationVersion: 2,
      meVersion: 0,
    });

    const first = await reply(bob, root);
    expect([first.seq, first.version]).toEqual([2, 3]);
    const [ofAlice] = await alice.device.hear(1, 'thread.updated');
    const [ofBob] = await bob.device.hear(1, 'thread.updated');
    const common = { conversationId, rootId: root.id, following: true, conversationVersion: 3 };
    expect(ofAlice).toEqual({ ...common, lastReadSeq: 1, unread: 1, meVersion: 2 });
    expect(ofBob).toEqual({ ...common, lastReadSeq: 2, unread: 0, meVersion: 2 });
    expect([await mine(alice, root), await mine(bob, root)]).toEqual([ofAlice, ofBob]);
    expect(await unreadOf(carol, root)).toBe(0);

    await reply(alice, root, { mentions: [carol.id, alice.id, NOBODY] });
    expect(await carol.device.hear(1, 'thread.updated')).toEqual([
      { ...common, conversationVersion: 4, lastReadSeq: 2, unread: 1, meVersion: 2 },
    ]);
    // Nobody’s mark moves by what they say, and nobody who follows is told again.
    expect([await unreadOf(alice, root), await unreadOf(bob, root)]).toEqual([1, 1]);
    expect(await unreadOf(carol, root)).toBe(1);
    await reply(bob, root);
    const updates = [alice, bob, carol].map(
      ({ device }) => device.heard.filter(({ name }) => name === 'thread.updated').length,
    );
    expect(updates).toEqual([1, 1, 1]);
    expect((await mine(bob, root)).lastReadSeq).toBe(2);

    const { me, lastMessage } = await data(carol.rest.ask(getConversation, { conversationId }));
    expect([me!.unread, me!.mentions, lastMessage!.id]).toEqual([1, 0, root.id]);
    expect((await data(carol.rest.ask(getMessage, { messageId: root.id }))).thread).toEqual({
      replyCount: 3,
      lastReplySeq: 4,
    });
  });

  bothWays('is followed by whoever an edit mentions', async (scene) => {
    const { bob, carol } = scene;
    const root = await rootOfThree(scene);
    const { id: messageId } = await reply(bob, root);
    await reply(bob, root);
    const edit = { messageId, content: 'Look, Carol', mentions: [carol.id] };
    for (let time = 0; time < 2; time++) await data(bob.door.ask(editMessage, edit));
    expect(await carol.device.hear(1, 'thread.updated')).toMatchObject([
      { following: true, lastReadSeq: 1, unread: 2, conversationVersion: 5, meVersion: 2 },
    ]);
    expect(await unreadOf(carol, root)).toBe(2);
  });

  bothWays('is let alone by who wants no more of it', async (scene) => {
    const { alice, bob, carol } = scene;
    const root = await rootOfThree(scene);
    const messageId = root.id;
    await reply(bob, root);
    for (const actor of [alice, carol])
      for (let time = 0; time < 2; time++)
        expect(await data(actor.door.ask(unfollowThread, { messageId }))).toMatchObject({
          following: false,
          unread: 0,
          meVersion: actor === alice ? 3 : 2,
        });
    await reply(bob, root, { mentions: [carol.id] });
    await reply(carol, root);
    for (const actor of [alice, carol]) {
      expect([await unreadOf(actor, root), (await mine(actor, root)).following]).toEqual([0, false]);
      expect((await data(actor.rest.ask(listThreads, {}))).items).toEqual([]);
      expect(await data(actor.door.ask(readThread, { messageId, seq: 4 }))).toMatchObject({
        following: false,
      });
    }
    const again = { following: true, lastReadSeq: 4, unread: 0 };
    for (let time = 0; time < 2; time++)
      expect(await data(carol.door.ask(followThread, { messageId }))).toMatchObject({
        ...again,
        meVersion: 3,
      });
    await reply(bob, root);
    expect(await unreadOf(carol, root)).toBe(1);
    expect(await carol.device.hear(2, 'thread.updated')).toMatchObject([{ following: false }, again]);
  });

  bothWays('is read up to a mark that only moves forward', async (scene) => {
    const { alice, bob } = scene;
    const root = await rootOfThree(scene);
    const second = await alice.another();
    const replies: MessageDto[] = [];
    for (let count = 0; count < 4; count++) replies.push(await reply(bob, root));
    await scene.say(bob, root.conversationId, 'Elsewhere');
    const read = async (seq: number): Promise<number[]> => {
      const { lastReadSeq, unread, meVersion } = await data(
        alice.door.ask(readThread, { messageId: root.id, seq }),
      );
      return [lastReadSeq, unread, meVersion];
    };
    expect([await read(1), await read(3), await read(3), await read(2)]).toEqual([
      [1, 4, 2],
      [3, 2, 3],
      [3, 2, 3],
      [3, 2, 3],
    ]);
    await data(bob.door.ask(deleteMessage, { messageId: replies[0]!.id }));
    await data(bob.door.ask(deleteMessage, { messageId: replies[2]!.id }));
    expect(await unreadOf(alice, root)).toBe(1);
    await data(bob.door.ask(deleteMessage, { messageId: replies[3]!.id }));
    expect(await unreadOf(alice, root)).toBe(0);
    // The newest reply stays where it was, deleted or not.
    expect([await read(Number.MAX_SAFE_INTEGER), await read(5)]).toEqual([
      [5, 0, 4],
      [5, 0, 4],
    ]);
    for (const device of [alice.device, second])
      expect(await device.hear(device === second ? 3 : 3, 'thread.updated')).toMatchObject([
        { lastReadSeq: 1, unread: 1, conversationVersion: 3, meVersion: 2 },
        { lastReadSeq: 3, unread: 2, conversationVersion: 7, meVersion: 3 },
        { lastReadSeq: 5, unread: 0, conversationVersion: 10, meVersion: 4 },
      ]);
    const { me } = await data(alice.rest.ask(getConversation, { conversationId: root.conversationId }));
    expect([me!.unread, me!.lastReadSeq]).toEqual([1, 0]);
  });

  bothWays('is read with everything else', async (scene) => {
    const { alice, bob } = scene;
    const root = await rootOfThree(scene);
    await reply(bob, root);
    const { total, threads } = await data(alice.door.ask(getUnread, {}));
    expect([total, threads.length]).toEqual([0, 1]);
    expect(await data(alice.door.ask(clearUnread, {}))).toEqual({
      total: 0,
      mentions: 0,
      conversations: [],
      threads: [],
    });
    expect(await alice.device.hear(1, 'session.resync')).toHaveLength(1);
    expect(await mine(alice, root)).toMatchObject({ lastReadSeq: 2, meVersion: 3 });
    await data(alice.door.ask(clearUnread, {}));
    expect(await mine(alice, root)).toMatchObject({ lastReadSeq: 2, meVersion: 3 });
    const { seq, conversationId } = await reply(bob, root);
    expect(await unreadOf(alice, root)).toBe(1);
    await data(alice.door.ask(readConversation, { conversationId, seq }));
    await data(alice.door.ask(clearUnread, {}));
    expect(await mine(alice, root)).toMatchObject({ lastReadSeq: seq, unread: 0, meVersion: 5 });
    expect(await alice.device.hear(2, 'session.resync')).toHaveLength(2);
  });

  bothWays('is one level deep, and nothing for who is not there', async (scene) => {
    const { alice, bob } = scene;
    const root = await rootOfThree(scene);
    const inThread = await reply(bob, root);
    const asked = [followThread, unfollowThread, readThread, getThread] as const;
    for (const operation of asked) {
      const door = operation.socket ? bob.door : bob.rest;
      const ask = (messageId: string): Promise<Answer<object>> =>
        door.ask<object, object>(operation, {
          messageId,
          ...(operation === readThread ? { seq: 1 } : {}),
        });
      const answer = await ask(inThread.id);
      expect(answer).toMatchObject({
        error: { code: 'validation_failed', errors: [{ field: 'messageId', code: 'is_a_reply' }] },
      });
      expect(await refusal(ask(NOBODY))).toBe('not_found');
    }
    await data(alice.door.ask(removeMember, { conversationId: root.conversationId, userId: bob.id }));
    expect(await refusal(bob.door.ask(followThread, { messageId: root.id }))).toBe('not_found');
    expect((await data(bob.rest.ask(listThreads, {}))).items).toEqual([]);
    expect((await data(bob.door.ask(getUnread, {}))).threads).toEqual([]);
    expect(await scene.sql(`SELECT FROM thread_follows WHERE user_id = '${bob.id}'`)).toEqual([]);

    // What was said before they came back is read.
    await data(alice.door.ask(addMembers, { conversationId: root.conversationId, userIds: [bob.id] }));
    await reply(alice, root, { mentions: [bob.id] });
    expect(await mine(bob, root)).toMatchObject({ following: true, lastReadSeq: 2, unread: 1 });
  });

  bothWays('does not change by a retry, and stays open where there is a block', async (scene) => {
    const { alice, bob, carol } = scene;
    const conversationId = await scene.dm();
    const root = await scene.say(alice, conversationId);
    const first = await reply(bob, root, { clientId: 'once' });
    expect(await reply(bob, root, { clientId: 'once' })).toEqual(first);
    const heard = [alice, bob].map(({ device }) => device.hear(1, 'thread.updated'));
    expect((await Promise.all(heard)).map((events) => events.length)).toEqual([1, 1]);

    await data(alice.door.ask(addBlock, { userId: bob.id }));
    const messageId = root.id;
    for (const { door, rest } of [alice, bob]) {
      await data(door.ask(unfollowThread, { messageId }));
      await data(door.ask(followThread, { messageId }));
      await data(door.ask(readThread, { messageId, seq: 1 }));
      expect((await data(rest.ask(getThread, { messageId }))).items).toHaveLength(1);
      expect((await data(rest.ask(listThreads, {}))).items).toHaveLength(1);
    }
    const inThread = { conversationId, content: 'More', threadRootId: messageId };
    expect(await refusal(alice.door.ask(sendMessage, inThread))).toBe('blocked_by_you');
    expect(await refusal(bob.door.ask(sendMessage, inThread))).toBe('unavailable');
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    expect(carol.device.heard).toEqual([]);
  });
});

import { getUnread } from '../src/modules/inbox/inbox.contract.js';
import type { MessageDto } from '../src/modules/messages/dto/message.dto.js';
import { deleteMessage, getMessage } from '../src/modules/messages/messages.contract.js';
import { hideMessage } from '../src/modules/messages/mine/my-messages.contract.js';
import type { ThreadListDto, ThreadPageDto } from '../src/modules/messages/threads/dto/thread-page.dto.js';
import {
  followThread,
  getThread,
  listThreads,
  readThread,
  unfollowThread,
} from '../src/modules/messages/threads/threads.contract.js';
import { bothWays } from './proof/both-ways.js';
import { mine, reply, rootOfThree } from './proof/in-thread.js';
import { data, refusal } from './setup/doors.js';

describe('The replies in a thread', () => {
  bothWays('are read page by page, in both directions', async (scene) => {
    const { alice, bob, carol } = scene;
    const root = await rootOfThree(scene);
    const seqs: number[] = [];
    for (let count = 0; count < 5; count++) {
      seqs.push((await reply(count % 2 ? carol : bob, root)).seq);
      await scene.say(alice, root.conversationId, 'Between');
    }
    const page = (input: object): Promise<ThreadPageDto> =>
      data(alice.rest.ask(getThread, { messageId: root.id, ...input }));
    const walk = async (input: object): Promise<number[][]> => {
      const found: number[][] = [];
      for (let cursor: string | undefined; ;) {
        const { items, nextCursor } = await page({ limit: 2, ...(cursor ? { cursor } : input) });
        found.push(items.map(({ seq }) => seq));
        if (nextCursor === null) return found;
        cursor = nextCursor;
      }
    };
    expect(await walk({})).toEqual([seqs.slice(3), seqs.slice(1, 3), seqs.slice(0, 1)]);
    expect(await walk({ before: seqs[3] })).toEqual([seqs.slice(1, 3), seqs.slice(0, 1)]);
    expect(await walk({ after: seqs[0] })).toEqual([seqs.slice(1, 3), seqs.slice(3)]);
    expect((await page({ around: seqs[2], limit: 2 })).items.map(({ seq }) => seq)).toEqual(seqs.slice(1, 3));
    const both = { messageId: root.id, before: 4, after: 1 };
    expect(await refusal(alice.rest.ask(getThread, both))).toBe('validation_failed');

    const whole = await page({});
    expect(whole.root).toMatchObject({ id: root.id, thread: { replyCount: 5, lastReplySeq: seqs[4] } });
    expect(whole.me).toMatchObject({ following: true, unread: 5 });
    expect(Object.keys(whole.users).sort()).toEqual([alice.id, bob.id, carol.id].sort());
  });

  bothWays('show nothing of what I hid or was deleted', async (scene) => {
    const { alice, bob } = scene;
    const root = await rootOfThree(scene);
    const [hidden, deleted] = [await reply(bob, root), await reply(bob, root, { replyToId: root.id })];
    await data(alice.door.ask(hideMessage, { messageId: hidden.id }));
    await data(alice.door.ask(hideMessage, { messageId: root.id }));
    await data(bob.door.ask(deleteMessage, { messageId: deleted.id }));
    const page = await data(alice.rest.ask(getThread, { messageId: root.id }));
    expect([page.root.content, page.root.hidden, page.root.thread]).toEqual([
      null,
      true,
      { replyCount: 1, lastReplySeq: 3 },
    ]);
    expect(page.items).toMatchObject([
      { id: hidden.id, content: null, hidden: true },
      { id: deleted.id, content: null, replyTo: { excerpt: null } },
    ]);
    const [listed] = (await data(alice.rest.ask(listThreads, {}))).items;
    expect(listed).toMatchObject({ root: { content: null }, lastReply: { id: deleted.id, content: null } });
    expect((await data(bob.rest.ask(getThread, { messageId: root.id }))).root.content).toBe('Root');
  });
});

describe('The threads that I follow', () => {
  bothWays('have the newest reply first, page by page', async (scene) => {
    const { alice, bob } = scene;
    const [group, dm] = [await scene.group(), await scene.dm()];
    const roots: MessageDto[] = [];
    for (const place of [group, dm, group, dm]) roots.push(await scene.say(alice, place, 'Root'));
    const [one, two, three, quiet] = roots as [MessageDto, MessageDto, MessageDto, MessageDto];
    for (const root of [three, two, one]) await reply(bob, root);
    const last = await reply(bob, three);
    await data(alice.door.ask(followThread, { messageId: quiet.id }));
    const walk = async (input: object): Promise<string[]> => {
      const found: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page: ThreadListDto = await data(alice.rest.ask(listThreads, { ...input, cursor }));
        found.push(...page.items.map(({ me }) => me.rootId));
        cursor = page.nextCursor;
      }
      return found;
    };
    const expected = [three, one, two, quiet].map(({ id }) => id);
    for (const limit of [1, 2, 3, 50]) expect(await walk({ limit })).toEqual(expected);
    const { items, users } = await data(alice.rest.ask(listThreads, {}));
    expect(items[0]).toEqual({
      root: await data(alice.rest.ask(getMessage, { messageId: three.id })),
      lastReply: last,
      me: await mine(alice, three),
    });
    expect([items[0]!.me.unread, items.at(-1)!.lastReply]).toEqual([2, null]);
    expect(Object.keys(users).sort()).toEqual([alice.id, bob.id].sort());

    await data(alice.door.ask(readThread, { messageId: three.id, seq: last.seq }));
    for (const limit of [1, 2]) expect(await walk({ limit, show: 'unread' })).toEqual([one.id, two.id]);
    const { threads } = await data(alice.door.ask(getUnread, {}));
    expect(threads.map(({ rootId }) => rootId)).toEqual([one.id, two.id]);
    await data(alice.door.ask(unfollowThread, { messageId: one.id }));
    expect(await walk({ show: 'unread' })).toEqual([two.id]);

    await scene.sql(`UPDATE messages SET created_at = '2026-01-01'`);
    const tied = [three, two, quiet]
      .map(({ id }) => id)
      .sort()
      .reverse();
    for (const limit of [1, 2]) expect(await walk({ limit })).toEqual(tied);
  });
});

import { getUnread } from '../../../src/modules/inbox/inbox.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { deleteMessage, getMessage } from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import type { ThreadListDto, ThreadPageDto } from '../../../src/modules/messages/dto/threads.dto.js';
import {
  followThread,
  getThread,
  listThreads,
  readThread,
  unfollowThread,
} from '../../../src/modules/messages/threads/threads.contract.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import { getSubscription, sendReply, sendThreadRoot } from '../../support/features/thread-commands.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';

describe('Replies of a thread', () => {
  bothTransports('are listed page by page in both directions', async (context) => {
    const { alice, bob, carol } = context;
    const root = await sendThreadRoot(context);
    const seqs: number[] = [];
    for (let count = 0; count < 5; count++) {
      seqs.push((await sendReply(count % 2 ? carol : bob, root)).seq);
      await context.sendText(alice, root.conversationId, 'Between');
    }
    const page = (input: object): Promise<ThreadPageDto> =>
      expectData(alice.rest.request(getThread, { messageId: root.id, ...input }));
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
    expect(await expectErrorCode(alice.rest.request(getThread, both))).toBe('validation_failed');

    const allReplies = await page({});
    expect(allReplies.root).toMatchObject({ id: root.id, thread: { replyCount: 5, lastReplySeq: seqs[4] } });
    expect(allReplies.subscription).toMatchObject({ following: true, unread: 5 });
    expect(Object.keys(allReplies.users).sort()).toEqual([alice.id, bob.id, carol.id].sort());
  });

  bothTransports('contain no content of hidden and deleted messages', async (context) => {
    const { alice, bob } = context;
    const root = await sendThreadRoot(context);
    const [hidden, deleted] = [
      await sendReply(bob, root),
      await sendReply(bob, root, { replyToId: root.id }),
    ];
    await expectData(alice.transport.request(hideMessage, { messageId: hidden.id }));
    await expectData(alice.transport.request(hideMessage, { messageId: root.id }));
    await expectData(bob.transport.request(deleteMessage, { messageId: deleted.id }));
    const page = await expectData(alice.rest.request(getThread, { messageId: root.id }));
    expect([page.root.content, page.root.hidden, page.root.thread]).toEqual([
      null,
      true,
      { replyCount: 1, lastReplySeq: 3 },
    ]);
    expect(page.items).toMatchObject([
      { id: hidden.id, content: null, hidden: true },
      { id: deleted.id, content: null, replyTo: { excerpt: null } },
    ]);
    const [listed] = (await expectData(alice.rest.request(listThreads, {}))).items;
    expect(listed).toMatchObject({ root: { content: null }, lastReply: { id: deleted.id, content: null } });
    expect((await expectData(bob.rest.request(getThread, { messageId: root.id }))).root.content).toBe('Root');
  });
});

describe('Followed threads', () => {
  bothTransports('are listed by newest reply, page by page', async (context) => {
    const { alice, bob } = context;
    const [group, dm] = [await context.group(), await context.dm()];
    const roots: MessageDto[] = [];
    for (const place of [group, dm, group, dm]) roots.push(await context.sendText(alice, place, 'Root'));
    const [one, two, three, four] = roots as [MessageDto, MessageDto, MessageDto, MessageDto];
    for (const root of [three, two, one]) await sendReply(bob, root);
    const last = await sendReply(bob, three);
    await expectData(alice.transport.request(followThread, { messageId: four.id }));
    const walk = async (input: object): Promise<string[]> => {
      const found: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page: ThreadListDto = await expectData(alice.rest.request(listThreads, { ...input, cursor }));
        found.push(...page.items.map(({ subscription }) => subscription.threadRootId));
        cursor = page.nextCursor;
      }
      return found;
    };
    const expected = [three, one, two, four].map(({ id }) => id);
    for (const limit of [1, 2, 3, 50]) expect(await walk({ limit })).toEqual(expected);
    const { items, users } = await expectData(alice.rest.request(listThreads, {}));
    expect(items[0]).toEqual({
      root: await expectData(alice.rest.request(getMessage, { messageId: three.id })),
      lastReply: last,
      subscription: await getSubscription(alice, three),
    });
    expect([items[0]!.subscription.unread, items.at(-1)!.lastReply]).toEqual([2, null]);
    expect(Object.keys(users).sort()).toEqual([alice.id, bob.id].sort());

    await expectData(alice.transport.request(readThread, { messageId: three.id, seq: last.seq }));
    for (const limit of [1, 2]) expect(await walk({ limit, filter: 'unread' })).toEqual([one.id, two.id]);
    const { threads } = await expectData(alice.transport.request(getUnread, {}));
    expect(threads.map(({ threadRootId }) => threadRootId)).toEqual([one.id, two.id]);
    await expectData(alice.transport.request(unfollowThread, { messageId: one.id }));
    expect(await walk({ filter: 'unread' })).toEqual([two.id]);

    await context.sql(`UPDATE messages SET created_at = '2026-01-01'`);
    const sameTime = [three, two, four]
      .map(({ id }) => id)
      .sort()
      .reverse();
    for (const limit of [1, 2]) expect(await walk({ limit })).toEqual(sameTime);
  });
});

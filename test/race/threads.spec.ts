import { addMembers, removeMember } from '../../src/modules/conversations/members/members.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { deleteMessage, getMessage, sendMessage } from '../../src/modules/messages/messages.contract.js';
import type { ThreadSubscriptionDto } from '../../src/modules/messages/dto/threads.dto.js';
import {
  followThread,
  getThread,
  readThread,
  unfollowThread,
} from '../../src/modules/messages/threads/threads.contract.js';
import {
  runConcurrently,
  type RaceCall,
  CALLERS,
  raceCalls,
  successes,
  RaceFixture,
  type Racer,
  errorCodes,
  runRounds,
} from '../support/concurrency/race-fixture.js';
import { counts } from '../support/environment/counts.js';
import { expectData, type Answer } from '../support/clients/transports.js';

/** Unread count from the message rows, without the counters of the server. */
const RECOUNT = `
  SELECT subscription.user_id AS id, subscription.following, subscription.last_read_seq::int AS read, count(m.id)::int AS unread
  FROM thread_subscriptions subscription LEFT JOIN messages m ON subscription.following AND m.thread_root_id = subscription.thread_root_id AND m.seq > subscription.last_read_seq
    AND m.sender_id <> subscription.user_id AND m.deleted_at IS NULL
  WHERE subscription.thread_root_id = $1 GROUP BY subscription.user_id, subscription.following, subscription.last_read_seq`;

jest.setTimeout(Math.max(60_000, counts.threadRounds * 4_000));

describe.each([
  ['one node', 1],
  ['two nodes', 2],
])('32 callers at once over REST and sockets, at %s,', (_name, nodeCount) => {
  let fixture: RaceFixture;
  let alice: Racer;
  let bob: Racer;
  let carol: Racer;
  let others: Racer[];

  beforeAll(async () => {
    fixture = await RaceFixture.create(nodeCount);
    ({ alice, bob, carol } = fixture);
    others = await fixture.createRacers(6);
  });
  afterAll(() => fixture.stop());

  it('reply in one thread, each twice: it counts all replies, and each user starts to follow once', () =>
    race(async () => {
      const root = await newRoot();
      const since: number[] = [];
      for (const racer of fixture.racers) since.push(await fixture.getAccountVersion(racer));
      const userIds = fixture.racers.map(({ id }) => id);
      const answers = await runConcurrently(raceCalls(...others.slice(0, 4)), ({ racer, transport, index }) =>
        expectData(
          transport.request(sendMessage, {
            ...threadReplyInput(root),
            clientId: `${root.id} ${racer.id.slice(-4)} ${index >> 3}`,
            mentions: userIds.filter((_, place) => (place + index) % 3 === 0),
          }),
        ),
      );
      const seqs = new Set(answers.map(({ seq }) => seq));
      expect(await getThreadRoot(root)).toMatchObject({
        thread: { replyCount: seqs.size, lastReplySeq: Math.max(...seqs) },
      });
      expect([seqs.size, Math.max(...seqs)]).toEqual([CALLERS / 2, CALLERS / 2 + 1]);
      await fixture.expectVersions(root.conversationId, 2, CALLERS / 2 + 2, alice, bob, ...others);
      for (const [index, racer] of fixture.racers.entries()) {
        const changes = await fixture.expectAccountChanges(racer, since[index]!);
        expect(changes.map(({ name }) => name)).toEqual(['thread.updated']);
      }
      await expectCounted(root);
    }));

  it('reply, follow, read and unfollow: no deadlocks, and the last event equals a fresh read', () =>
    race(async (round) => {
      const root = await newRoot();
      const since = await fixture.getAccountVersion(carol);
      const userIds = [bob, carol, ...others].map(({ id }) => id);
      const answers = await runConcurrently<Answer<object>>(raceCalls(carol, bob, others[0]!), (call) =>
        call.racer === carol
          ? changeOwn(call, root, round)
          : call.transport.request(sendMessage, {
              ...threadReplyInput(root),
              mentions: call.index % 2 ? userIds : userIds.reverse(),
            }),
      );
      expect(errorCodes(answers)).toEqual([]);
      await expectCounted(root);
      const changes = await fixture.expectAccountChanges(carol, since);
      const last = changes.at(-1)!.payload as unknown as ThreadSubscriptionDto;
      const { subscription } = await expectData(
        carol.transports[0]!.request(getThread, { messageId: root.id }),
      );
      expect([subscription.following, subscription.lastReadSeq]).toEqual([last.following, last.lastReadSeq]);
    }));

  it('reply, delete, leave and rejoin: the thread stays consistent', () =>
    race(async (round) => {
      const root = await newRoot();
      const first = await expectData(bob.transports[0]!.request(sendMessage, threadReplyInput(root)));
      const answers = await runConcurrently<Answer<object>>(raceCalls(alice, bob, carol, ...others), (call) =>
        changeThreadOrMembers(call, root, first, round),
      );
      expect(errorCodes(answers).filter((code) => !/^(not_found|validation_failed)$/.test(code))).toEqual([]);
      expect(successes(answers).length).toBeGreaterThan(0);
      const { rows } = await fixture.sql.query<{ count: number; newest: number }>(
        `SELECT count(*) FILTER (WHERE deleted_at IS NULL)::int AS count, max(seq)::int AS newest
         FROM messages WHERE thread_root_id = $1`,
        [root.id],
      );
      expect((await getThreadRoot(root)).thread).toEqual({
        replyCount: rows[0]!.count,
        lastReplySeq: rows[0]!.newest,
      });
      await expectCounted(root);
    }));

  async function newRoot(): Promise<MessageDto> {
    const conversationId = await fixture.replaceGroup(alice, [bob, carol, ...others]);
    return expectData(alice.transports[0]!.request(sendMessage, { conversationId, content: 'Root' }));
  }

  function threadReplyInput({ conversationId, id: threadRootId }: MessageDto): {
    conversationId: string;
    threadRootId: string;
    content: string;
  } {
    return { conversationId, threadRootId, content: 'In the thread' };
  }

  function changeOwn(
    { transport, index }: RaceCall,
    { id: messageId }: MessageDto,
    round: number,
  ): Promise<Answer<object>> {
    const turn = (index / 3 + round) % 4;
    if (turn < 1) return transport.request(followThread, { messageId });
    if (turn < 2) return transport.request(unfollowThread, { messageId });
    return transport.request(readThread, { messageId, seq: 1 + (index % 20) });
  }

  function changeThreadOrMembers(
    { racer, transport, index }: RaceCall,
    root: MessageDto,
    first: MessageDto,
    round: number,
  ): Promise<Answer<object>> {
    const { conversationId, id: messageId } = root;
    const turn = (index + round) % 4;
    if (racer === alice)
      return transport.request(addMembers, { conversationId, userIds: others.map(({ id }) => id) });
    if (racer === bob && turn === 0) return transport.request(deleteMessage, { messageId: first.id });
    if (turn === 1 && racer !== bob && racer !== carol)
      return transport.request(removeMember, { conversationId, userId: 'me' });
    if (turn === 2) return transport.request(followThread, { messageId });
    return transport.request(sendMessage, {
      ...threadReplyInput(root),
      mentions: others.map(({ id }) => id),
    });
  }

  function getThreadRoot({ id: messageId }: MessageDto): Promise<MessageDto> {
    return expectData(alice.transports[0]!.request(getMessage, { messageId }));
  }

  /** Requires that the subscription of each user equals the rows. */
  async function expectCounted(root: MessageDto): Promise<void> {
    const { rows } = await fixture.sql.query<{
      id: string;
      following: boolean;
      read: number;
      unread: number;
    }>(RECOUNT, [root.id]);
    for (const { id, following, read, unread } of rows) {
      const { transports } = fixture.racers.find((racer) => racer.id === id)!;
      const { subscription } = await expectData(
        transports[0]!.request(getThread, { messageId: root.id, limit: 1 }),
      );
      expect([subscription.following, subscription.lastReadSeq, subscription.unread]).toEqual([
        following,
        read,
        unread,
      ]);
    }
  }

  function race(round: (number: number) => Promise<void>): Promise<void> {
    return runRounds(counts.threadRounds, async (number) => {
      await round(number);
      await fixture.expectConsistent();
    });
  }
});

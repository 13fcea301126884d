import {
  createConversation,
  getConversation,
} from '../../src/modules/conversations/conversations.contract.js';
import type { MembershipUpdatedDto } from '../../src/modules/conversations/dto/membership.dto.js';
import type { ReadStateDto } from '../../src/modules/conversations/dto/membership.dto.js';
import {
  markConversationDelivered,
  markConversationRead,
  markConversationUnread,
  updateMembership,
} from '../../src/modules/conversations/memberships/memberships.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { addMembers } from '../../src/modules/conversations/members/members.contract.js';
import { clearUnread, getUnread } from '../../src/modules/inbox/inbox.contract.js';
import { sendMessage } from '../../src/modules/messages/messages.contract.js';
import { accountChanges } from '../support/events/event-recorder.js';
import { MembershipFollower } from '../support/events/membership-follower.js';
import { expectDistinctVersions } from '../support/concurrency/invariants.js';
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
import { type Answer, expectData, type Transport } from '../support/clients/transports.js';
import { waitUntil } from '../support/environment/wait-until.js';

const SENT = 20;
const READ_STATE_COMMANDS = [markConversationRead, markConversationDelivered, markConversationUnread];

/** Unread count from the message rows, without the counters of the server. */
const RECOUNT = `
  SELECT c.id AS "conversationId", count(*)::int AS unread, 0 AS mentions, false AS muted
  FROM conversation_members me JOIN conversations c ON c.id = me.conversation_id
  JOIN messages m ON m.conversation_id = c.id AND m.sender_id <> me.user_id
    AND m.seq >= coalesce(me.unread_from_seq, me.last_read_seq + 1)
  WHERE me.user_id = $1 GROUP BY c.id ORDER BY c.last_activity_at DESC, c.id DESC`;

jest.setTimeout(Math.max(60_000, counts.raceRounds * 6_000));

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
    others = await fixture.createRacers(20);
  });
  afterAll(() => fixture.stop());

  it('move the read state of one user, which only increases and reaches each device of the user', () =>
    race(async (round) => {
      const conversationId = await fixture.replaceGroup(bob, [alice]);
      await send(bob.devices[0]!, conversationId, SENT);
      const since = await fixture.getAccountVersion(alice);
      const answers = await runConcurrently(raceCalls(alice), ({ transport, index }) =>
        expectData(
          transport.request(readStateCommandOf(index), { conversationId, seq: seqOf(index, round) }),
        ),
      );
      const { membership } = await expectData(
        alice.transports[0]!.request(getConversation, { conversationId }),
      );
      const expectedSeqs = (command: object): number[] =>
        answers.flatMap((_, index) => (readStateCommandOf(index) === command ? [seqOf(index, round)] : []));
      expect(membership!.lastReadSeq).toBe(Math.max(...expectedSeqs(markConversationRead)));
      const delivered = Math.max(
        ...expectedSeqs(markConversationRead),
        ...expectedSeqs(markConversationDelivered),
      );
      expect(await deliveredTo(alice, conversationId)).toBe(delivered);

      const changes = await receivedMemberships(alice, since);
      for (const { conversationVersion, membership } of changes) {
        const readUpTo = Math.min(membership.lastReadSeq, (membership.unreadFromSeq ?? Infinity) - 1);
        expect([conversationVersion, membership.unread]).toEqual([SENT + 1, SENT - readUpTo]);
      }
      const reads = changes.map(({ membership }) => membership.lastReadSeq);
      expect(reads).toEqual([...reads].sort((one, other) => one - other));
      expect(changes.at(-1)!.membership).toEqual(membership);
      for (const answer of answers) expectCorrectReadStates(answer, changes);
    }));

  it('move the read state while messages arrive: the last event with later messages equals a fresh read', () =>
    race(async (round) => {
      const conversationId = await fixture.replaceGroup(bob, [alice]);
      await send(bob.devices[0]!, conversationId, SENT);
      const since = await fixture.getAccountVersion(alice);
      await runConcurrently<object>(raceCalls(alice, bob), ({ racer, transport, index }) =>
        racer === bob
          ? expectData(transport.request(sendMessage, { conversationId, content: `Number ${index}` }))
          : expectData(
              transport.request(readStateCommandOf(index >> 1), {
                conversationId,
                seq: seqOf(index, round) + 4,
              }),
            ),
      );
      const { membership, version } = await expectData(
        alice.transports[0]!.request(getConversation, { conversationId }),
      );
      const changes = await receivedMemberships(alice, since);
      const { conversationVersion, membership: last } = changes.at(-1)!;
      expect(last.unread + version - conversationVersion).toBe(membership!.unread); // no further change by another user
      expect({ ...last, unread: membership!.unread }).toEqual(membership);
      for (const { conversationVersion: then, membership } of changes)
        expect(membership.unread).toBe(
          then - 1 - Math.min(membership.lastReadSeq, (membership.unreadFromSeq ?? Infinity) - 1),
        );
    }));

  it('mark all as read while messages arrive: only later messages are unread', () =>
    race(async (round) => {
      const groups = await threeGroups();
      const since = await fixture.getAccountVersion(alice);
      const state = { clearing: CALLERS / 4 };
      const follower = new MembershipFollower(alice.transports[2]!);
      const following = follower.follow();
      const answers = await runConcurrently(raceCalls(bob, alice, carol, alice), async (call) => {
        if (call.racer !== alice) return sendWhileClearing(call, groups, state);
        if (call.index % 4 === 3) return updateSomeReadState(call, groups, round);
        return [await call.transport.request(clearUnread, {}).finally(() => state.clearing--)];
      });
      expect(errorCodes(answers.flat())).toEqual([]);
      expect(await follower.finish(following)).toEqual(await follower.readFreshMemberships(groups));

      const unread = await expectData(alice.transports[0]!.request(getUnread, {}));
      const { rows } = await fixture.sql.query<{ unread: number }>(RECOUNT, [alice.id]);
      const total = rows.reduce((sum, row) => sum + row.unread, 0);
      expect(unread).toEqual({ total, mentions: 0, conversations: rows, threads: [] });
      await expectUnread(
        answers.flatMap((sent, index) => (index % 2 === 0 ? successes(sent.slice(-1)) : [])),
      );

      const end = await expectData(alice.transports[1]!.request(clearUnread, {}));
      expect(end).toEqual({ total: 0, mentions: 0, conversations: [], threads: [] });
      await expectResyncs(since);
    }));

  it('add users to groups while these users read, mark as unread and pin', () =>
    race(async (round) => {
      const common = await fixture.replaceGroup(carol, [alice, bob, ...others]);
      await send(carol.devices[0]!, common, 3);
      const one = await fixture.createGroup(alice, []);
      const other = await fixture.createGroup(bob, []);
      const since: number[] = [];
      for (const racer of others) since.push(await fixture.getAccountVersion(racer));
      const userIds = others.map(({ id }) => id);
      const backwards = [...userIds].reverse();
      const answers = await runConcurrently<Answer<object>>(
        raceCalls(alice, bob, ...others.slice(0, 2)),
        ({ racer, transport, index }) => {
          const turn = index >> 2;
          const [group, ids] = racer === alice ? [one, userIds] : [other, backwards];
          if (racer !== alice && racer !== bob)
            return changeOwn(others[(index * 7 + round) % 20]!.transports[index % 4]!, common, turn);
          if (turn % 2 === 0) return transport.request(addMembers, { conversationId: group, userIds: ids });
          return transport.request(createConversation, { type: 'group', memberIds: ids });
        },
      );
      const made = successes(answers).flatMap((answer) =>
        'membership' in answer && 'id' in answer ? [answer.id] : [],
      );
      expect(errorCodes(answers)).toEqual([]);
      for (const group of [one, other, ...made])
        expect(Object.keys(await fixture.findRoles(group as string))).toHaveLength(21);
      await expectDistinctVersions(fixture.sql);
      for (const [index, racer] of others.entries()) {
        const own = await fixture.expectAccountChanges(racer, since[index]!);
        const added = own.filter(({ name }) => name === 'conversation.new');
        expect(added.map(({ conversationId }) => conversationId).sort()).toEqual(
          [one, other, ...made].sort(),
        );
      }
    }));

  async function receivedMemberships(racer: Racer, since: number): Promise<MembershipUpdatedDto[]> {
    const changes = await fixture.expectAccountChanges(racer, since);
    expect(new Set(changes.map(({ name }) => name))).toEqual(new Set(['membership.updated']));
    return changes.map(({ payload }) => payload as unknown as MembershipUpdatedDto);
  }

  async function deliveredTo({ id }: Racer, conversationId: string): Promise<number> {
    const { rows } = await fixture.sql.query<{ delivered: string }>(
      `SELECT last_delivered_seq AS delivered FROM conversation_members WHERE user_id = $1 AND conversation_id = $2`,
      [id, conversationId],
    );
    return Number(rows[0]!.delivered);
  }

  /** Alice has unread messages in each conversation. */
  async function threeGroups(): Promise<string[]> {
    const groups = [await fixture.replaceGroup(bob, [alice, carol])];
    while (groups.length < 3) groups.push(await fixture.createGroup(bob, [alice, carol]));
    for (const conversationId of groups) await send(bob.devices[0]!, conversationId, 3);
    return groups;
  }

  /** Sends repeatedly until one send started after the last mark-all-as-read. */
  async function sendWhileClearing(
    { transport, index }: RaceCall,
    groups: string[],
    state: { clearing: number },
  ): Promise<Answer<object>[]> {
    const answers: Answer<object>[] = [];
    for (let isLate = false; !isLate;) {
      isLate = state.clearing === 0;
      const conversationId = groups[(index + answers.length) % 3];
      answers.push(await transport.request(sendMessage, { conversationId, content: 'Look!' }));
    }
    return answers;
  }

  /** Reads up to a message that existed before, so that later messages stay unread. */
  async function updateSomeReadState(
    { transport, index }: RaceCall,
    groups: string[],
    round: number,
  ): Promise<Answer<object>[]> {
    const conversationId = groups[(index + round) % 3]!;
    const command = index % 8 === 3 ? markConversationRead : markConversationUnread;
    return [await transport.request(command, { conversationId, seq: (index % 3) + 1 })];
  }

  /** Each of these messages is after the read position of alice. */
  async function expectUnread(messages: object[]): Promise<void> {
    const ids = (messages as MessageDto[]).map(({ id }) => id);
    expect(ids).toHaveLength(CALLERS / 2);
    const { rows } = await fixture.sql.query(
      `SELECT m.id FROM messages m JOIN conversation_members me USING (conversation_id)
       WHERE m.id = ANY($1) AND me.user_id = $2 AND m.seq <= me.last_read_seq`,
      [ids, alice.id],
    );
    expect(rows).toEqual([]);
  }

  /** Each private change of alice arrived as a membership, or as a reason to sync. */
  async function expectResyncs(since: number): Promise<void> {
    const changed = (await fixture.getAccountVersion(alice)) - since;
    for (const devices of fixture.groupDevices(alice)) {
      const resyncs = (): number =>
        devices.flatMap(({ events }) => events).filter(({ name }) => name === 'session.resync').length;
      const countNotified = (): number => accountChanges(devices, since).length + resyncs();
      await waitUntil(() => countNotified() >= changed);
      expect([resyncs() > 0, countNotified()]).toEqual([true, changed]);
    }
  }

  function race(round: (number: number) => Promise<void>): Promise<void> {
    return runRounds(counts.raceRounds, async (number) => {
      await round(number);
      await fixture.expectConsistent();
    });
  }
});

function readStateCommandOf(index: number): (typeof READ_STATE_COMMANDS)[number] {
  return READ_STATE_COMMANDS[index % 3]!;
}

function seqOf(index: number, round: number): number {
  return ((index * 7 + round * 3) % SENT) + 1;
}

function changeOwn(transport: Transport, conversationId: string, turn: number): Promise<Answer<object>> {
  if (turn % 4 === 0)
    return transport.request(markConversationRead, { conversationId, seq: 1 + (turn >> 2) });
  if (turn % 4 === 1) return transport.request(updateMembership, { conversationId, pinned: turn < 4 });
  if (turn % 4 === 2) return transport.request(markConversationUnread, { conversationId, seq: 1 });
  return transport.request(updateMembership, {
    conversationId,
    archived: turn < 4,
    mutedUntil: '2100-01-01T00:00:00Z',
  });
}

/** The answer equals the state after one of the changes, or before the first. */
function expectCorrectReadStates(
  { lastReadSeq, lastDeliveredSeq, unread }: ReadStateDto,
  changes: MembershipUpdatedDto[],
): void {
  expect(lastDeliveredSeq).toBeGreaterThanOrEqual(lastReadSeq);
  const states = changes.map(({ membership }) => [membership.lastReadSeq, membership.unread]);
  expect([[0, SENT], ...states]).toContainEqual([lastReadSeq, unread]);
}

async function send(transport: Transport, conversationId: string, count: number): Promise<void> {
  const contents = Array.from({ length: count }, (_, index) => `Number ${index}`);
  await Promise.all(
    contents.map((content) => expectData(transport.request(sendMessage, { conversationId, content }))),
  );
}

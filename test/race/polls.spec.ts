import { addMembers } from '../../src/modules/conversations/members/members.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { deleteMessage, getMessage } from '../../src/modules/messages/messages.contract.js';
import type { PollDto } from '../../src/modules/polls/dto/poll.dto.js';
import { closePoll, createPoll, getPoll, votePoll } from '../../src/modules/polls/polls.contract.js';
import { timeFromNow, createTestPoll, vote } from '../support/features/poll-commands.js';
import {
  runConcurrently,
  CALLERS,
  raceCalls,
  successes,
  RaceFixture,
  errorCodes,
  runRounds,
  type Racer,
} from '../support/concurrency/race-fixture.js';
import { makePollDue } from '../support/features/due-times.js';
import { counts } from '../support/environment/counts.js';
import {
  expectData,
  Device,
  restTransport,
  type Answer,
  type Transport,
} from '../support/clients/transports.js';
import { retryUnavailable } from '../support/clients/retry-unavailable.js';
import { createUser } from '../support/servers/test-server.js';
import { waitUntil } from '../support/environment/wait-until.js';

const [VOTERS, OBSERVERS] = [200, 8];
/** Number of votes before the close. */
const VOTES_BEFORE_CLOSE = 300;
/** Version of the group at which the first voter joined. */
const FIRST_RECEIVED_VERSION = 2;
/** Every nth voter has a socket, which receives all events; the others use REST. */
const SOCKET_EVERY_NTH = 10;
/** Closing time in ms from now; the test makes the poll due earlier. */
const CLOSES_IN_MS = 600_000;
const OPTIONS = ['red', 'green', 'blue', 'none'];
const ROUNDS = Math.ceil(counts.raceRounds / 5);

jest.setTimeout(Math.max(120_000, counts.polls * 30_000, counts.raceRounds * 6_000));

interface Voter {
  id: string;
  transport: Transport;
}

/** A voter with its last choice and the outcome. */
interface CastVote {
  voter: Voter;
  optionIds: string[];
  answer: Answer<PollDto>;
}

/** The kinds of polls, in turns. */
const KINDS: object[] = [
  {},
  { multipleChoice: true, maxChoices: 2, anonymous: true },
  { multipleChoice: true, resultsVisibility: 'closed' },
];

describe(`${VOTERS} voters during the close of a poll, with ${OBSERVERS} observers,`, () => {
  let fixture: RaceFixture;
  let observers: Racer[];
  const voters: Voter[] = [];
  const devices: Device[] = [];

  beforeAll(async () => {
    fixture = await RaceFixture.create(1);
    observers = [fixture.alice, fixture.bob, fixture.carol, ...(await fixture.createRacers(OBSERVERS - 3))];
    const { url } = fixture.nodes[0]!;
    for (let index = 0; index < VOTERS; index++) {
      const { id, token } = await createUser({ url }, `voter-${index}`);
      if (index % SOCKET_EVERY_NTH > 0) voters.push({ id, transport: restTransport(url, token) });
      else voters.push({ id, transport: await deviceWithoutEvents(url, token) });
    }
  });
  afterAll(async () => {
    devices.forEach((device) => device.close());
    await fixture.stop();
  });

  it('leave counts equal to the rows, no vote after the close, and one close', () =>
    runRounds(counts.polls, async (round) => {
      const conversationId = await newGroup();
      const [alice] = observers as [Racer, ...Racer[]];
      const hasClosingTime = round % 2 === 0;
      const kind = KINDS[(round - 1) % KINDS.length]!;
      const pollOptions = {
        options: OPTIONS,
        ...kind,
        ...(hasClosingTime && { closesAt: timeFromNow(CLOSES_IN_MS) }),
      };
      const { message, pollId, options } = await createTestPoll(
        { transport: alice.transports[1]! },
        conversationId,
        pollOptions,
      );
      const votes: CastVote[] = [];
      const closing = waitForVotes(votes).then(async () => {
        if (!hasClosingTime) return closeAtOnce(pollId);
        await makePollDue(fixture.database, pollId);
        return [];
      });
      const maxChosen = 'maxChoices' in kind ? 2 : 1;
      await Promise.all(
        voters.map((voter, index) => voteOn(voter, { index, pollId, options, maxChosen }, votes)),
      );
      const closed = successes(await closing);
      expect(closed).toHaveLength(hasClosingTime ? 0 : 1);
      await waitUntil(async () => (await seenBy(alice, pollId)).closedAt !== null);
      await expectSameHistory(message, votes, closed[0]);
    }));

  /** Every observer received each version once, the close last, and its state equals a fresh read. */
  async function expectSameHistory(message: MessageDto, votes: CastVote[], closed?: PollDto): Promise<void> {
    const { id: messageId, conversationId, version: first } = message;
    const last = await expectData(observers[1]!.transports[0]!.request(getMessage, { messageId }));
    const { poll } = last;
    const accepted = votes.flatMap(({ answer }) => (answer.ok ? [answer.data] : []));
    expect(errorCodes(votes.map(({ answer }) => answer))).toEqual(['poll_closed']);
    expect(accepted.length).toBeGreaterThanOrEqual(VOTES_BEFORE_CLOSE);

    const received = await fixture.expectVersions(
      conversationId,
      FIRST_RECEIVED_VERSION,
      last.version,
      ...observers,
    );
    const changes = received.filter(({ version }) => version > first);
    const payloadByVersion = new Map(changes.map(({ version, payload }) => [version, payload]));
    const { actorId: closedBy, ...end } = payloadByVersion.get(last.version)!;
    expect(end).toEqual(last);
    expect(closedBy).toBe(poll!.closedBy);
    for (const [version, payload] of payloadByVersion)
      expect([version, (payload.poll as PollDto).closedAt]).toEqual([
        version,
        version === last.version ? poll!.closedAt : null,
      ]);
    for (const { version, options, voters: counted } of accepted)
      expect(payloadByVersion.get(version)?.poll ?? message.poll).toMatchObject({ options, voters: counted });
    if (closed) expect(closed).toMatchObject({ version: last.version, options: poll!.options });
    await expectCounted(poll!.id, last, votes);
    await fixture.expectConsistent();
  }

  /** The rows contain the last choice of each voter, and the poll counts them. */
  async function expectCounted(pollId: string, { poll }: MessageDto, votes: CastVote[]): Promise<void> {
    const lastVotes = new Map<string, CastVote & { version: number }>();
    for (const one of votes) {
      const version = one.answer.ok ? one.answer.data.version : 0;
      if (one.answer.ok && version >= (lastVotes.get(one.voter.id)?.version ?? 0))
        lastVotes.set(one.voter.id, { ...one, version });
    }
    const requestedIds = [...lastVotes.values()].flatMap(({ voter, optionIds }) =>
      optionIds.map((option) => `${voter.id} ${option}`),
    );
    const { rows } = await fixture.sql.query<{ user_id: string; option_id: string }>(
      'SELECT user_id, option_id FROM poll_votes WHERE poll_id = $1',
      [pollId],
    );
    expect(rows.map(({ user_id, option_id }) => `${user_id} ${option_id}`).sort()).toEqual(
      requestedIds.sort(),
    );
    expect(poll!.options.map(({ id, votes }) => [id, votes])).toEqual(
      poll!.options.map(({ id }) => [id, rows.filter(({ option_id }) => option_id === id).length]),
    );
    expect(poll!.voters).toBe(new Set(rows.map(({ user_id }) => user_id)).size);
  }

  /** Votes one after the other, with an occasional withdrawal, until the poll is closed. */
  async function voteOn(
    voter: Voter,
    {
      index,
      pollId,
      options,
      maxChosen,
    }: { index: number; pollId: string; options: string[]; maxChosen: number },
    votes: CastVote[],
  ): Promise<void> {
    for (let number = 0, isOpen = true; isOpen; number++) {
      const from = (index + number) % (options.length - 1);
      const optionIds = (index + number) % 5 === 4 ? [] : options.slice(from, from + maxChosen);
      const answer = await retryUnavailable(() => voter.transport.request(votePoll, { pollId, optionIds }));
      votes.push({ voter, optionIds, answer });
      isOpen = answer.ok;
    }
  }

  /** All observers may close the poll: they manage the group. */
  function closeAtOnce(pollId: string): Promise<Answer<PollDto>[]> {
    return Promise.all(
      observers.map(({ transports }, index) =>
        retryUnavailable(() => transports[index % transports.length]!.request(closePoll, { pollId })),
      ),
    );
  }

  async function waitForVotes(votes: CastVote[]): Promise<void> {
    await waitUntil(() => votes.filter(({ answer }) => answer.ok).length >= VOTES_BEFORE_CLOSE, {
      within: 60_000,
    });
  }

  async function newGroup(): Promise<string> {
    const [alice, ...others] = observers as [Racer, ...Racer[]];
    const conversationId = await fixture.replaceGroup(alice, others);
    await fixture.sql.query(
      `UPDATE conversation_members SET role = 'admin' WHERE conversation_id = $1 AND role = 'member'`,
      [conversationId],
    );
    const userIds = voters.map(({ id }) => id);
    for (let from = 0; from < VOTERS; from += 100)
      await expectData(
        alice.transports[0]!.request(addMembers, {
          conversationId,
          userIds: userIds.slice(from, from + 100),
        }),
      );
    return conversationId;
  }

  /** Client without a socket. */
  async function deviceWithoutEvents(url: string, token: string): Promise<Device> {
    const device = await Device.connect(url, token);
    device.socket.offAny();
    devices.push(device);
    return device;
  }
});

describe.each([
  ['one node', 1],
  ['two nodes', 2],
])('32 callers at once over REST and sockets, at %s,', (_name, nodeCount) => {
  let fixture: RaceFixture;
  let alice: Racer;
  let bob: Racer;
  let carol: Racer;

  beforeAll(async () => {
    fixture = await RaceFixture.create(nodeCount);
    ({ alice, bob, carol } = fixture);
  });
  afterAll(() => fixture.stop());

  it('create one poll with one clientId', () =>
    runRounds(ROUNDS, async () => {
      const conversationId = await fixture.replaceGroup(alice, [bob, carol]);
      const input = { conversationId, question: 'Well?', options: OPTIONS, clientId: 'again' };
      const answers = await runConcurrently(raceCalls(alice), ({ transport }) =>
        expectData(transport.request(createPoll, input)),
      );
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      const { rows } = await fixture.sql.query('SELECT FROM polls');
      expect(rows).toHaveLength(1);
      await fixture.expectReceived('message.new', conversationId, [answers[0]!.id], alice, bob, carol);
      await fixture.expectConsistent();
    }));

  it('vote and close while the message is deleted: no rows are left', () =>
    runRounds(ROUNDS, async (round) => {
      const conversationId = await fixture.replaceGroup(alice, [bob, carol]);
      const { message, pollId, options } = await createTestPoll(
        { transport: alice.transports[0]! },
        conversationId,
      );
      const messageId = message.id;
      const answers = await runConcurrently(
        raceCalls(alice, bob, carol),
        ({ transport, index }): Promise<Answer<object>> => {
          if (index === round % CALLERS)
            return alice.transports[index % 4]!.request(deleteMessage, { messageId });
          if (index === 31 && round % 2 === 0) return alice.transports[0]!.request(closePoll, { pollId });
          return vote({ transport }, pollId, options[index % 3]);
        },
      );
      expect(['not_found', 'poll_closed']).toEqual(expect.arrayContaining(errorCodes(answers)));
      expect(await expectData(bob.transports[0]!.request(getMessage, { messageId }))).toMatchObject({
        poll: null,
        deletedAt: expect.any(String) as string,
      });
      for (const table of ['polls', 'poll_options', 'poll_votes'])
        expect((await fixture.sql.query(`SELECT FROM ${table}`)).rows).toEqual([]);
      const { rows } = await fixture.sql.query<{ version: number }>(
        'SELECT version::int FROM conversations WHERE id = $1',
        [conversationId],
      );
      await fixture.expectVersions(conversationId, message.version, rows[0]!.version, alice, bob, carol);
      await fixture.expectConsistent();
    }));

  it('close a poll: one of them succeeds', () =>
    runRounds(ROUNDS, async () => {
      const conversationId = await fixture.replaceGroup(alice, [bob, carol]);
      const closesAt = timeFromNow(CLOSES_IN_MS);
      const author = { transport: alice.transports[0]! };
      const { message, pollId } = await createTestPoll(author, conversationId, { closesAt });
      const due = makePollDue(fixture.database, pollId);
      const answers = await runConcurrently(raceCalls(alice), ({ transport }) =>
        transport.request(closePoll, { pollId }),
      );
      await due;
      expect(errorCodes(answers)).toEqual(['poll_closed']);
      expect(successes(answers).length).toBeLessThanOrEqual(1);
      await waitUntil(async () => (await seenBy(bob, pollId)).closedAt !== null);
      const closed = await seenBy(bob, pollId);
      expect(closed.closedBy).toBe(successes(answers).length === 1 ? alice.id : null);
      expect(closed.version).toBe(message.version + 1);
      await fixture.expectVersions(conversationId, message.version, closed.version, alice, bob, carol);
      await fixture.expectConsistent();
    }));
});

function seenBy({ transports }: Racer, pollId: string): Promise<PollDto> {
  return expectData(transports[0]!.request(getPoll, { pollId }));
}

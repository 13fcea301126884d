import { getConversation } from '../../src/modules/conversations/conversations.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  getMessage,
  sendMessage,
} from '../../src/modules/messages/messages.contract.js';
import {
  runConcurrently,
  type RaceCall,
  CALLERS,
  raceCalls,
  receivedMessages,
  type ReceivedMessage,
  RaceFixture,
  type Racer,
  runRounds,
} from '../support/concurrency/race-fixture.js';
import { readHistory } from '../support/clients/read-history.js';
import { counts } from '../support/environment/counts.js';
import { type Answer, expectData, type Device } from '../support/clients/transports.js';
import { waitUntil } from '../support/environment/wait-until.js';

const PIPELINED = 100;

type Change = 'edit' | 'delete' | 'reply';

/**
 * Change that ends the exchange between two users: its statement, the statement that reverts it, and the error
 * code of each user in between.
 */
interface InterleavingPoint {
  apply: string;
  undo: string;
  codeForAlice: string;
  codeForBob: string;
}

const INTERLEAVING_POINTS: [string, InterleavingPoint][] = [
  [
    'alice blocks bob',
    {
      apply: 'INSERT INTO user_blocks (blocker_id, blocked_id) VALUES ($1, $2)',
      undo: 'DELETE FROM user_blocks WHERE blocker_id = $1 AND blocked_id = $2',
      codeForAlice: 'blocked_by_you',
      codeForBob: 'unavailable',
    },
  ],
  [
    'bob is deactivated',
    {
      apply: 'UPDATE users SET is_active = false WHERE id = $2 AND id <> $1',
      undo: 'UPDATE users SET is_active = true WHERE id = $2 AND id <> $1',
      codeForAlice: 'unavailable',
      codeForBob: 'unauthenticated',
    },
  ],
];

jest.setTimeout(Math.max(60_000, counts.raceRounds * 6_000));

describe('32 callers at once over REST and sockets', () => {
  let fixture: RaceFixture;
  let alice: Racer;
  let bob: Racer;

  beforeAll(async () => {
    fixture = await RaceFixture.create(1);
    ({ alice, bob } = fixture);
  });
  afterEach(() => expect(fixture.takeDuplicates()).toEqual([]));
  afterAll(() => fixture.stop());

  it('edit a message and reply to it: every change is one version, and the last edit stays', () =>
    runRounds(counts.raceRounds, async () => {
      const { message, received, answers } = await changeAtOnce((index) =>
        index % 4 === 3 ? 'reply' : 'edit',
      );
      expect(codesOf(answers)).toEqual([]);
      const edits = received.filter(({ event }) => event === 'message.updated');
      expect(edits).toHaveLength((CALLERS * 3) / 4);
      expect(message).toEqual(edits.at(-1)!.message);
    }));

  it('edit, delete and reply to a message: it stays deleted, and no later event contains its text', () =>
    runRounds(counts.raceRounds, async () => {
      const kinds: Change[] = ['edit', 'edit', 'edit', 'delete', 'edit', 'reply', 'edit', 'edit'];
      const { message, received, answers } = await changeAtOnce((index) => kinds[index % kinds.length]!);
      expect(codesOf(answers).filter((code) => code !== 'message_deleted')).toEqual([]);
      const deleted = received.filter(({ event }) => event === 'message.deleted');
      expect(deleted).toEqual([{ event: 'message.deleted', message }]);
      expect(message).toMatchObject({ content: null, metadata: null });
      expect(message.deletedAt).not.toBeNull();
      const later = received.filter((change) => change.message.version > message.version);
      expect(later.filter(({ event }) => event !== 'message.new')).toEqual([]);
      expect(JSON.stringify([message, later])).not.toMatch(/Edit|Original/);
    }));

  it.each(INTERLEAVING_POINTS)('send no message after %s, and leave no gap', (_title, point) =>
    runRounds(counts.raceRounds, async (round) => {
      const conversationId = await fixture.replaceDm(alice, bob);
      const state = { isApplied: false, sent: 0 };
      const results = await Promise.all([
        apply(point, state, (round * 7) % (2 * CALLERS)),
        ...raceCalls(alice, bob).map((call) => sendUntilApplied(call, conversationId, state, point)),
      ]);
      const sent = results.flat().sort((one, other) => one.seq - other.seq);
      const retried = sent.find(({ senderId }) => senderId === alice.id);
      if (retried) expect(await expectData(sendAgain(alice, retried))).toEqual(retried);
      await fixture.sql.query(point.undo, [alice.id, bob.id]);

      expect(await readHistory(bob.transports[0]!, conversationId)).toEqual(sent);
      expect(sent.map(({ seq, version }) => [seq, version])).toEqual(
        sent.map((_, index) => [index + 1, index + 2]),
      );
    }),
  );

  it('keep the order of 100 sends pipelined on one socket', () =>
    runRounds(counts.pipelines, async () => {
      const conversationId = await fixture.replaceDm(alice, bob);
      const contents = Array.from({ length: PIPELINED }, (_, index) => `Number ${index}`);
      const [pipelined] = await Promise.all([
        Promise.all(
          contents.map((content) =>
            expectData(alice.devices[0]!.request(sendMessage, { conversationId, content })),
          ),
        ),
        runConcurrently(raceCalls(bob), ({ transport }) =>
          expectData(transport.request(sendMessage, { conversationId, content: 'Noise' })),
        ),
      ]);
      const history = await readHistory(bob.transports[0]!, conversationId);
      const sentByAlice = history.filter(({ senderId }) => senderId === alice.id);
      expect(sentByAlice.map(({ content }) => content)).toEqual(contents);
      expect(sentByAlice).toEqual(pipelined);
      expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1));
    }));

  it('keep the order of 100 edits of one message pipelined on one socket', () =>
    runRounds(counts.pipelines, async () => {
      const conversationId = await fixture.replaceDm(alice, bob);
      const [device] = alice.devices as [Device];
      const { id: messageId } = await expectData(
        device.request(sendMessage, { conversationId, content: 'Original' }),
      );
      const contents = Array.from({ length: PIPELINED }, (_, index) => `Edit ${index}`);
      const [edited] = await Promise.all([
        Promise.all(
          contents.map((content) => expectData(device.request(editMessage, { messageId, content }))),
        ),
        runConcurrently(raceCalls(bob), ({ transport }) =>
          expectData(transport.request(sendMessage, { conversationId, content: 'Noise' })),
        ),
      ]);
      expect(edited.map(({ content }) => content)).toEqual(contents);
      const versions = edited.map(({ version }) => version);
      expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
      expect(await expectData(bob.transports[0]!.request(getMessage, { messageId }))).toEqual(edited.at(-1));
    }));

  it('keep the order of sends, edits and deletes pipelined on one socket', () =>
    runRounds(counts.pipelines, async () => {
      const conversationId = await fixture.replaceDm(alice, bob);
      const [device] = alice.devices as [Device];
      const { id: messageId } = await expectData(
        device.request(sendMessage, { conversationId, content: 'Original' }),
      );
      const pipelined = Array.from({ length: PIPELINED / 2 }, (_, index) => [
        device.request(editMessage, { messageId, content: `Edit ${index}` }),
        device.request(sendMessage, { conversationId, content: `Quotes ${index}`, replyToId: messageId }),
      ]);
      const end = [
        device.request(deleteMessage, { messageId }),
        device.request(sendMessage, { conversationId, content: 'Quotes nothing', replyToId: messageId }),
        device.request(editMessage, { messageId, content: 'Too late' }),
      ];
      await runConcurrently(raceCalls(bob), ({ transport }) =>
        expectData(transport.request(sendMessage, { conversationId, content: 'Noise' })),
      );
      const answers = await Promise.all([...pipelined.flat(), ...end]);
      expect(codesOf(answers.splice(-1))).toEqual(['message_deleted']);
      const changes = answers.flatMap((answer) => (answer.ok ? [answer.data] : []));
      expect(changes).toHaveLength(PIPELINED + 2);
      const versions = changes.map(({ version }) => version);
      expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));
      const quoted = changes.flatMap(({ replyTo }) => (replyTo ? [replyTo.excerpt] : []));
      expect(quoted).toEqual([...pipelined.map((_, index) => `Edit ${index}`), null]);
      const message = await expectData(bob.transports[0]!.request(getMessage, { messageId }));
      expect(message).toEqual(changes.at(-2));
      expect(message.content).toBeNull();
    }));

  /**
   * Alice edits and deletes her message while bob replies to it. All changes arrive as events with
   * consecutive versions.
   */
  async function changeAtOnce(
    kindOf: (index: number) => Change,
  ): Promise<{ message: MessageDto; received: ReceivedMessage[]; answers: Answer<MessageDto>[] }> {
    const conversationId = await fixture.replaceDm(alice, bob);
    const original = { conversationId, content: 'Original', metadata: { color: 'Original' } };
    const { id: messageId } = await expectData(alice.transports[1]!.request(sendMessage, original));
    const answers = await runConcurrently(raceCalls(alice), ({ transport, index }) => {
      const kind = kindOf(index);
      if (kind === 'edit') return transport.request(editMessage, { messageId, content: `Edit ${index}` });
      if (kind === 'delete') return transport.request(deleteMessage, { messageId });
      const replier = bob.transports[(index >> 2) % bob.transports.length]!;
      return replier.request(sendMessage, { conversationId, content: 'Really?', replyToId: messageId });
    });
    const rest = bob.transports[0]!;
    const { version: lastVersion } = await expectData(rest.request(getConversation, { conversationId }));
    const message = await expectData(rest.request(getMessage, { messageId }));
    const [received, ...others] = await Promise.all(
      [...bob.devices, ...alice.devices].map(async (device) => {
        await waitUntil(() => receivedMessages(device, conversationId).length >= lastVersion - 1);
        return receivedMessages(device, conversationId).sort(
          (one, other) => one.message.version - other.message.version,
        );
      }),
    );
    for (const other of others) expect(other).toEqual(received);
    expect(received!.map((change) => change.message.version)).toEqual(
      Array.from({ length: lastVersion - 1 }, (_, index) => index + 2),
    );
    const byVersion = new Map(received!.map((change) => [change.message.version, change.message]));
    for (const answer of answers)
      if (answer.ok) expect(answer.data).toEqual(byVersion.get(answer.data.version));
    expectCorrectQuotes(received!, messageId);
    return { message, received: received!, answers };
  }

  async function apply(
    point: InterleavingPoint,
    state: { isApplied: boolean; sent: number },
    afterSends: number,
  ): Promise<MessageDto[]> {
    try {
      await waitUntil(() => state.sent >= afterSends);
      await fixture.sql.query(point.apply, [alice.id, bob.id]);
    } finally {
      state.isApplied = true;
    }
    return [];
  }

  /** Sends repeatedly until one send started after the commit of the change; that send must fail. */
  async function sendUntilApplied(
    { racer, transport, index }: RaceCall,
    conversationId: string,
    state: { isApplied: boolean; sent: number },
    { codeForAlice, codeForBob }: InterleavingPoint,
  ): Promise<MessageDto[]> {
    const sent: MessageDto[] = [];
    for (let count = 1; ; count++) {
      const isLate = state.isApplied;
      const clientId = `${conversationId}-${index}-${count}`;
      const answer = await transport.request(sendMessage, {
        conversationId,
        content: `Number ${count}`,
        clientId,
      });
      const expected = racer === alice ? codeForAlice : codeForBob;
      if (answer.ok) {
        expect(isLate).toBe(false);
        state.sent++;
        sent.push(answer.data);
      } else expect(answer.error.code).toBe(expected);
      if (isLate) return sent;
    }
  }

  function sendAgain(
    { transports }: Racer,
    { conversationId, clientId }: MessageDto,
  ): Promise<Answer<MessageDto>> {
    return transports[0]!.request(sendMessage, { conversationId, content: 'Again', clientId });
  }
});

/** A reply quotes the message as it was at the version of the reply. */
function expectCorrectQuotes(received: ReceivedMessage[], messageId: string): void {
  for (const { message } of received.filter((change) => change.message.id !== messageId)) {
    const quoted = received
      .filter((change) => change.message.id === messageId && change.message.version < message.version)
      .at(-1)!;
    expect(message.replyTo).toMatchObject({
      excerpt: quoted.message.content,
      deletedAt: quoted.message.deletedAt,
    });
  }
}

function codesOf(answers: Answer<MessageDto>[]): string[] {
  return answers.flatMap((answer) => (answer.ok ? [] : [answer.error.code]));
}

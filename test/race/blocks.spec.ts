import { addBlock, removeBlock } from '../../src/modules/blocks/blocks.contract.js';
import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { editMessage, sendMessage } from '../../src/modules/messages/messages.contract.js';
import {
  type RaceCall,
  CALLERS,
  raceCalls,
  RaceFixture,
  type Racer,
  runRounds,
} from '../support/concurrency/race-fixture.js';
import { readHistory } from '../support/clients/read-history.js';
import { counts } from '../support/environment/counts.js';
import { type Answer, expectData } from '../support/clients/transports.js';
import { waitUntil } from '../support/environment/wait-until.js';

/** State of the block between alice and bob. During a change it is unknown. */
type Phase = 'open' | 'closing' | 'closed' | 'opening' | 'open again';

/** One attempt with its start, end and outcome. */
interface Attempt {
  racer: Racer;
  from: Phase;
  to: Phase;
  answer: Answer<MessageDto>;
}

interface State {
  phase: Phase;
  attemptCount: number;
  /** Users whose attempts started while the block was in force. */
  blockedCallers: Set<number>;
}

jest.setTimeout(Math.max(60_000, counts.raceRounds * 6_000));

describe.each([
  ['one node', 1],
  ['two nodes', 2],
])('32 callers at once over REST and sockets, at %s,', (_name, nodeCount) => {
  let fixture: RaceFixture;
  let alice: Racer;
  let bob: Racer;

  beforeAll(async () => {
    fixture = await RaceFixture.create(nodeCount);
    ({ alice, bob } = fixture);
  });
  afterAll(() => fixture.stop());

  it('send and edit no message from the answer to a block until the unblock', () =>
    runRounds(counts.raceRounds, async (round) => {
      const conversationId = await fixture.replaceDm(alice, bob);
      const since = await fixture.getAccountVersion(alice);
      const owned = new Map<Racer, string>();
      for (const racer of [alice, bob])
        owned.set(
          racer,
          (await expectData(racer.transports[0]!.request(sendMessage, { conversationId, content: 'Hi' }))).id,
        );
      const state: State = { phase: 'open', attemptCount: 0, blockedCallers: new Set() };

      const [, ...results] = await Promise.all([
        blockTemporarily(raceCalls(alice)[round % 4]!, state, (round * 7) % CALLERS),
        ...raceCalls(alice, bob).map((call) =>
          retryUntilUnblocked(call, conversationId, owned.get(call.racer)!, state),
        ),
      ]);
      const attempts = results.flat();
      for (const attempt of attempts) expectCorrectOutcome(attempt);
      expect(attempts.filter(({ to }) => to === 'closed').length).toBeGreaterThanOrEqual(CALLERS);
      await expectHistory(conversationId, attempts);
      const own = await fixture.expectAccountChanges(alice, since);
      expect(own.map(({ name, payload }) => [name, payload.blocked])).toEqual([
        ['block.updated', true],
        ['block.updated', false],
      ]);
      await fixture.expectConsistent();
    }));

  it('block and unblock one user in turns, with one version for each change', () =>
    runRounds(counts.raceRounds, async (round) => {
      await fixture.deleteDm(alice, bob);
      const since = await fixture.getAccountVersion(alice);
      await Promise.all(
        raceCalls(alice).map(({ transport, index }) =>
          expectData(
            transport.request((index * 5 + round) % 3 === 0 ? addBlock : removeBlock, { userId: bob.id }),
          ),
        ),
      );
      const own = await fixture.expectAccountChanges(alice, since);
      const states = own.map(({ payload }) => payload.blocked);
      expect(states).toEqual(states.map((_, index) => index % 2 === 0));
      const { rowCount } = await fixture.sql.query('DELETE FROM user_blocks');
      expect(rowCount).toBe(states.at(-1) === true ? 1 : 0);
      await fixture.expectConsistent();
    }));

  /** Blocks after a number of attempts, and unblocks once each sender met the block. */
  async function blockTemporarily({ transport }: RaceCall, state: State, after: number): Promise<Attempt[]> {
    try {
      await waitUntil(() => state.attemptCount >= after);
      state.phase = 'closing';
      await expectData(transport.request(addBlock, { userId: bob.id }));
      state.phase = 'closed';
      await waitUntil(() => state.blockedCallers.size === CALLERS);
      state.phase = 'opening';
      await expectData(transport.request(removeBlock, { userId: bob.id }));
    } finally {
      state.phase = 'open again';
    }
    return [];
  }

  /** Sends or edits repeatedly, until an attempt started after the unblock. */
  async function retryUntilUnblocked(
    { racer, transport, index }: RaceCall,
    conversationId: string,
    messageId: string,
    state: State,
  ): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    for (let from = state.phase; attempts.at(-1)?.from !== 'open again'; from = state.phase) {
      const content = `Number ${attempts.length} of ${index}`;
      const answer = await (index % 4 === 3
        ? transport.request(editMessage, { messageId, content })
        : transport.request(sendMessage, { conversationId, content }));
      attempts.push({ racer, from, to: state.phase, answer });
      state.attemptCount++;
      if (from === 'closed') state.blockedCallers.add(index);
    }
    return attempts;
  }

  function expectCorrectOutcome({ racer, from, to, answer }: Attempt): void {
    if (!answer.ok) expect(answer.error.code).toBe(racer === alice ? 'blocked_by_you' : 'unavailable');
    if (from === 'closed' && to === 'closed') expect(answer.ok).toBe(false);
    if (to === 'open' || from === 'open again') expect(answer.ok).toBe(true);
  }

  /** Requires that exactly the acknowledged changes are stored, each with its own version. */
  async function expectHistory(conversationId: string, attempts: Attempt[]): Promise<void> {
    const history = await readHistory(bob.transports[0]!, conversationId);
    const acked = attempts.flatMap(({ answer }) => (answer.ok ? [answer.data] : []));
    const byVersion = acked.sort((one, other) => one.version - other.version);
    expect(byVersion.map(({ version }) => version)).toEqual(byVersion.map((_, index) => index + 4)); // after two greetings
    for (const message of history.slice(0, 2)) {
      const edits = byVersion.filter(({ id }) => id === message.id);
      expect(message).toEqual(edits.at(-1) ?? message);
    }
    expect(history.slice(2)).toEqual(byVersion.filter(({ seq }) => seq > 2));
  }
});

import { addBlock, removeBlock } from '../src/modules/blocks/blocks.contract.js';
import type { MessageDto } from '../src/modules/messages/dto/message.dto.js';
import { editMessage, sendMessage } from '../src/modules/messages/messages.contract.js';
import { type Call, CALLERS, calls, RaceScene, type Racer, rounds } from './proof/race-scene.js';
import { readHistory } from './proof/read-history.js';
import { counts } from './setup/counts.js';
import { type Answer, data } from './setup/doors.js';
import { until } from './setup/until.js';

/** Between alice and bob. In between, nobody can tell. */
type Phase = 'open' | 'closing' | 'closed' | 'opening' | 'open again';

/** Something that was tried, between two moments, and what came of it. */
interface Attempt {
  racer: Racer;
  from: Phase;
  to: Phase;
  answer: Answer<MessageDto>;
}

interface State {
  phase: Phase;
  tries: number;
  /** Who has tried while it was closed. */
  met: Set<number>;
}

jest.setTimeout(Math.max(60_000, counts.raceRounds * 6_000));

describe.each([
  ['one node', 1],
  ['two nodes', 2],
])('32 callers at once, over REST and sockets at %s,', (_name, nodeCount) => {
  let scene: RaceScene;
  let alice: Racer;
  let bob: Racer;

  beforeAll(async () => {
    scene = await RaceScene.at(nodeCount);
    ({ alice, bob } = scene);
  });
  afterAll(() => scene.stop());

  it('send and edit nothing from the answer to a block on, until it is taken back', () =>
    rounds(counts.raceRounds, async (round) => {
      const conversationId = await scene.newDm(alice, bob);
      const since = await scene.counterOf(alice);
      const owned = new Map<Racer, string>();
      for (const racer of [alice, bob])
        owned.set(
          racer,
          (await data(racer.doors[0]!.ask(sendMessage, { conversationId, content: 'Hi' }))).id,
        );
      const state: State = { phase: 'open', tries: 0, met: new Set() };

      const [, ...tried] = await Promise.all([
        blockForAWhile(calls(alice)[round % 4]!, state, (round * 7) % CALLERS),
        ...calls(alice, bob).map((call) => tryToTheEnd(call, conversationId, owned.get(call.racer)!, state)),
      ]);
      const attempts = tried.flat();
      for (const attempt of attempts) expectFair(attempt);
      expect(attempts.filter(({ to }) => to === 'closed').length).toBeGreaterThanOrEqual(CALLERS);
      await expectHistory(conversationId, attempts);
      const own = await scene.expectOwnChanges(alice, since);
      expect(own.map(({ name, payload }) => [name, payload.blocked])).toEqual([
        ['block.updated', true],
        ['block.updated', false],
      ]);
      await scene.expectWhole();
    }));

  it('block and unblock somebody: in turns, with a version for each change', () =>
    rounds(counts.raceRounds, async (round) => {
      await scene.noDm(alice, bob);
      const since = await scene.counterOf(alice);
      await Promise.all(
        calls(alice).map(({ door, index }) =>
          data(door.ask((index * 5 + round) % 3 === 0 ? addBlock : removeBlock, { userId: bob.id })),
        ),
      );
      const own = await scene.expectOwnChanges(alice, since);
      const states = own.map(({ payload }) => payload.blocked);
      expect(states).toEqual(states.map((_, index) => index % 2 === 0));
      const { rowCount } = await scene.sql.query('DELETE FROM user_blocks');
      expect(rowCount).toBe(states.at(-1) === true ? 1 : 0);
      await scene.expectWhole();
    }));

  /** Blocks after so many tries, and takes it back once everybody has met the block. */
  async function blockForAWhile({ door }: Call, state: State, after: number): Promise<Attempt[]> {
    try {
      await until(() => state.tries >= after);
      state.phase = 'closing';
      await data(door.ask(addBlock, { userId: bob.id }));
      state.phase = 'closed';
      await until(() => state.met.size === CALLERS);
      state.phase = 'opening';
      await data(door.ask(removeBlock, { userId: bob.id }));
    } finally {
      state.phase = 'open again';
    }
    return [];
  }

  /** Sends, or edits what they have sent, over and over, until a try began after the block was taken back. */
  async function tryToTheEnd(
    { racer, door, index }: Call,
    conversationId: string,
    messageId: string,
    state: State,
  ): Promise<Attempt[]> {
    const attempts: Attempt[] = [];
    for (let from = state.phase; attempts.at(-1)?.from !== 'open again'; from = state.phase) {
      const content = `Number ${attempts.length} of ${index}`;
      const answer = await (index % 4 === 3
        ? door.ask(editMessage, { messageId, content })
        : door.ask(sendMessage, { conversationId, content }));
      attempts.push({ racer, from, to: state.phase, answer });
      state.tries++;
      if (from === 'closed') state.met.add(index);
    }
    return attempts;
  }

  function expectFair({ racer, from, to, answer }: Attempt): void {
    if (!answer.ok) expect(answer.error.code).toBe(racer === alice ? 'blocked_by_you' : 'unavailable');
    if (from === 'closed' && to === 'closed') expect(answer.ok).toBe(false);
    if (to === 'open' || from === 'open again') expect(answer.ok).toBe(true);
  }

  /** What was acked is there, and nothing else: each change in a version of its own. */
  async function expectHistory(conversationId: string, attempts: Attempt[]): Promise<void> {
    const history = await readHistory(bob.doors[0]!, conversationId);
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

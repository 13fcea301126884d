import fc from 'fast-check';
import { counts } from '../support/environment/counts.js';
import { type Evidence, type Message, findViolations } from '../support/concurrency/history-checker.js';

interface Spoiled {
  evidence: Evidence;
  /** Part of the text of the expected violation. */
  words: string;
}

/** Corrupts valid evidence at two different messages, `at` and `other`. */
type Spoil = (good: Evidence, at: Message, other: Message) => Spoiled;

const everywhere = (good: Evidence, change: (message: Message) => Message): Evidence => ({
  acked: good.acked.map(change),
  history: good.history.map(change),
  observers: Object.fromEntries(
    Object.entries(good.observers).map(([name, seen]) => [name, seen.map(change)]),
  ),
});
const inPlaceOf = (old: Message, change: Partial<Message>) => (message: Message) =>
  message.id === old.id ? { ...message, ...change } : message;
const without = (messages: readonly Message[], { id }: Message): Message[] =>
  messages.filter((message) => message.id !== id);
const ackedWith =
  (field: keyof Message, change: (at: Message, other: Message) => Partial<Message>): Spoil =>
  (good, at, other) => ({
    evidence: { ...good, acked: good.acked.map(inPlaceOf(at, change(at, other))) },
    words: `message ${at.id} (seq ${change(at, other).seq ?? at.seq}) was acked with another ${field}: `,
  });

const SPOILS: Record<string, Spoil> = {
  'a lost message': (good, at) => ({
    evidence: { ...good, history: without(good.history, at) },
    words: `lost: message ${at.id} (seq ${at.seq}) was acked and is not in the history`,
  }),
  'a duplicated message': (good, at) => ({
    evidence: { ...good, history: [...good.history, at] },
    words: `doubled: message ${at.id} is there 2 times (seq ${at.seq},${at.seq})`,
  }),
  'a retry that created a second message': (good, at) => {
    const seq = good.history.length + 1;
    const second = { ...at, id: 'second', seq, version: seq + 1 };
    const observers = Object.entries(good.observers).map(([name, seen]) => [name, [...seen, second]]);
    return {
      evidence: {
        ...good,
        history: [...good.history, second],
        observers: Object.fromEntries(observers) as Evidence['observers'],
      },
      words: `doubled: clientId ${at.clientId} of ${at.senderId} is there 2 times (seq ${at.seq},${seq})`,
    };
  },
  'two messages with one seq': (good, at, other) => ({
    evidence: everywhere(good, inPlaceOf(at, { seq: other.seq })),
    words: `doubled: seq ${other.seq} is there 2 times`,
  }),
  'two messages swapped after their acks': (good, at, other) => ({
    evidence: {
      ...good,
      history: good.history.map((message) =>
        message === at ? { ...other, seq: at.seq } : message === other ? { ...at, seq: other.seq } : message,
      ),
    },
    words: `message ${at.id} (seq ${at.seq}) was acked with another seq: ${at.seq}, in the history ${other.seq}`,
  }),
  'a history in another order': (good, at, other) => ({
    evidence: {
      ...good,
      history: good.history.map((message) => (message === at ? other : message === other ? at : message)),
    },
    words: 'out of order: seq ',
  }),
  'a gap in seq': (good, at) => ({
    evidence: everywhere(good, (message) =>
      message.seq >= at.seq ? { ...message, seq: message.seq + 1 } : message,
    ),
    words: `gap: no message has seq ${at.seq}`,
  }),
  'an observer without one message': (good, at) => ({
    evidence: { ...good, observers: { ...good.observers, bob: without(good.observers.bob!, at) } },
    words: `bob missed message ${at.id} (seq ${at.seq})`,
  }),
  'an observer with other content': (good, at) => ({
    evidence: {
      ...good,
      observers: { ...good.observers, bob: good.observers.bob!.map(inPlaceOf(at, { content: 'other' })) },
    },
    words: `bob saw message ${at.id} (seq ${at.seq}) with another content: other, in the history ${at.content}`,
  }),
  'an observer with both other and correct content': (good, at) => ({
    evidence: {
      ...good,
      observers: { ...good.observers, bob: [...good.observers.bob!, { ...at, content: 'other' }] },
    },
    words: `bob saw message ${at.id} (seq ${at.seq}) with another content: other, in the history ${at.content}`,
  }),
  'an observer with two messages in reverse order': (good, at, other) => ({
    evidence: {
      ...good,
      observers: { ...good.observers, bob: good.observers.bob!.map(inPlaceOf(at, { seq: other.seq })) },
    },
    words: `bob saw message ${at.id} (seq ${other.seq}) with another seq: ${other.seq}, in the history ${at.seq}`,
  }),
  'an observer with a message that does not exist': (good, at) => ({
    evidence: {
      ...good,
      observers: { ...good.observers, bob: [...good.observers.bob!, { ...at, id: 'phantom' }] },
    },
    words: `bob saw message phantom (seq ${at.seq}), which is not in the history`,
  }),
  'an acknowledged message with another seq': ackedWith('seq', (_at, other) => ({ seq: other.seq })),
  'an acknowledged message with another time': ackedWith('createdAt', () => ({ createdAt: 'later' })),
  'an acknowledged message with other content': ackedWith('content', () => ({ content: 'other' })),
  'an acknowledged message with another clientId': ackedWith('clientId', () => ({ clientId: null })),
};

/** 2 to 20 acknowledged messages of two users, seen by two observers in any order and in part repeatedly. */
const goodEvidence: fc.Arbitrary<Evidence> = fc
  .array(fc.record({ senderId: fc.constantFrom('alice', 'bob'), content: fc.string() }), {
    minLength: 2,
    maxLength: 20,
  })
  .chain((sent) => {
    const history = sent.map((message, index): Message => ({
      ...message,
      id: `m${index}`,
      seq: index + 1,
      version: index + 2,
      clientId: `c${index}`,
      createdAt: `2026-01-01T00:00:00.${String(index).padStart(3, '0')}Z`,
    }));
    const seen = fc
      .tuple(fc.subarray(history), fc.nat())
      .map(([again, shift]) => [...history.slice(shift % sent.length), ...again, ...history]);
    return fc.record({
      acked: fc.constant(history),
      history: fc.constant(history),
      observers: fc.record({ alice: seen, bob: seen }),
    });
  });

const twoPlaces = fc.tuple(fc.nat(), fc.nat());

describe('The history checker', () => {
  it('accepts every valid history, with acknowledgements of all or some messages', () => {
    fc.assert(
      fc.property(goodEvidence, fc.nat(), (good, acks) => {
        expect(findViolations(good)).toEqual([]);
        expect(findViolations({ ...good, acked: good.acked.slice(acks % good.acked.length) })).toEqual([]);
      }),
      { numRuns: counts.corruptedHistories },
    );
  });

  it('accepts a conversation without messages', () => {
    expect(findViolations({ acked: [], history: [], observers: { alice: [] } })).toEqual([]);
  });

  it('keeps equal client ids of two users apart and accepts messages without a clientId', () => {
    const message = { content: 'Hi', createdAt: '2026-01-01T00:00:00.000Z', clientId: 'same' };
    const history: Message[] = [
      { ...message, id: 'm1', seq: 1, version: 2, senderId: 'alice' },
      { ...message, id: 'm2', seq: 2, version: 3, senderId: 'bob' },
      { ...message, id: 'm3', seq: 3, version: 4, senderId: 'bob', clientId: null },
      { ...message, id: 'm4', seq: 4, version: 5, senderId: 'bob', clientId: null },
    ];
    expect(findViolations({ acked: history, history, observers: { alice: history } })).toEqual([]);
  });

  it.each(Object.entries(SPOILS))('finds %s', (_what, spoil) => {
    fc.assert(
      fc.property(goodEvidence, twoPlaces, (good, [first, second]) => {
        const { length } = good.history;
        const at = first % length;
        const other = (at + 1 + (second % (length - 1))) % length;
        const { evidence, words } = spoil(good, good.history[at]!, good.history[other]!);
        expect(findViolations(evidence).some((violation) => violation.includes(words))).toBe(true);
      }),
      { numRuns: counts.corruptedHistories },
    );
  });
});

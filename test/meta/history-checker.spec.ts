import fc from 'fast-check';
import { counts } from '../support/environment/counts.js';
import { type HistoryReport, type Message, findViolations } from '../support/concurrency/history-checker.js';

interface CorruptedReport {
  report: HistoryReport;
  /** Part of the text of the expected violation. */
  violationPart: string;
}

/** Corrupts a valid report at two different messages, `at` and `other`. */
type Corruption = (valid: HistoryReport, at: Message, other: Message) => CorruptedReport;

const changeEverywhere = (valid: HistoryReport, change: (message: Message) => Message): HistoryReport => ({
  acked: valid.acked.map(change),
  history: valid.history.map(change),
  observers: Object.fromEntries(
    Object.entries(valid.observers).map(([name, seen]) => [name, seen.map(change)]),
  ),
});
const replaceMessage = (old: Message, change: Partial<Message>) => (message: Message) =>
  message.id === old.id ? { ...message, ...change } : message;
const removeMessage = (messages: readonly Message[], { id }: Message): Message[] =>
  messages.filter((message) => message.id !== id);
const ackedWith =
  (field: keyof Message, change: (at: Message, other: Message) => Partial<Message>): Corruption =>
  (valid, at, other) => ({
    report: { ...valid, acked: valid.acked.map(replaceMessage(at, change(at, other))) },
    violationPart: `message ${at.id} (seq ${change(at, other).seq ?? at.seq}) was acked with another ${field}: `,
  });

const CORRUPTIONS: Record<string, Corruption> = {
  'a lost message': (valid, at) => ({
    report: { ...valid, history: removeMessage(valid.history, at) },
    violationPart: `lost: message ${at.id} (seq ${at.seq}) was acked and is not in the history`,
  }),
  'a duplicated message': (valid, at) => ({
    report: { ...valid, history: [...valid.history, at] },
    violationPart: `duplicate: message ${at.id} occurs 2 times (seq ${at.seq},${at.seq})`,
  }),
  'a retry that created a second message': (valid, at) => {
    const seq = valid.history.length + 1;
    const second = { ...at, id: 'second', seq, version: seq + 1 };
    const observers = Object.entries(valid.observers).map(([name, seen]) => [name, [...seen, second]]);
    return {
      report: {
        ...valid,
        history: [...valid.history, second],
        observers: Object.fromEntries(observers) as HistoryReport['observers'],
      },
      violationPart: `duplicate: clientId ${at.clientId} of ${at.senderId} occurs 2 times (seq ${at.seq},${seq})`,
    };
  },
  'two messages with one seq': (valid, at, other) => ({
    report: changeEverywhere(valid, replaceMessage(at, { seq: other.seq })),
    violationPart: `duplicate: seq ${other.seq} occurs 2 times`,
  }),
  'two messages swapped after their acks': (valid, at, other) => ({
    report: {
      ...valid,
      history: valid.history.map((message) =>
        message === at ? { ...other, seq: at.seq } : message === other ? { ...at, seq: other.seq } : message,
      ),
    },
    violationPart: `message ${at.id} (seq ${at.seq}) was acked with another seq: ${at.seq}, in the history ${other.seq}`,
  }),
  'a history in another order': (valid, at, other) => ({
    report: {
      ...valid,
      history: valid.history.map((message) => (message === at ? other : message === other ? at : message)),
    },
    violationPart: 'out of order: seq ',
  }),
  'a gap in seq': (valid, at) => ({
    report: changeEverywhere(valid, (message) =>
      message.seq >= at.seq ? { ...message, seq: message.seq + 1 } : message,
    ),
    violationPart: `gap: no message has seq ${at.seq}`,
  }),
  'an observer without one message': (valid, at) => ({
    report: { ...valid, observers: { ...valid.observers, bob: removeMessage(valid.observers.bob!, at) } },
    violationPart: `bob missed message ${at.id} (seq ${at.seq})`,
  }),
  'an observer with other content': (valid, at) => ({
    report: {
      ...valid,
      observers: {
        ...valid.observers,
        bob: valid.observers.bob!.map(replaceMessage(at, { content: 'other' })),
      },
    },
    violationPart: `bob saw message ${at.id} (seq ${at.seq}) with another content: other, in the history ${at.content}`,
  }),
  'an observer with both other and correct content': (valid, at) => ({
    report: {
      ...valid,
      observers: { ...valid.observers, bob: [...valid.observers.bob!, { ...at, content: 'other' }] },
    },
    violationPart: `bob saw message ${at.id} (seq ${at.seq}) with another content: other, in the history ${at.content}`,
  }),
  'an observer with two messages in reverse order': (valid, at, other) => ({
    report: {
      ...valid,
      observers: {
        ...valid.observers,
        bob: valid.observers.bob!.map(replaceMessage(at, { seq: other.seq })),
      },
    },
    violationPart: `bob saw message ${at.id} (seq ${other.seq}) with another seq: ${other.seq}, in the history ${at.seq}`,
  }),
  'an observer with a message that does not exist': (valid, at) => ({
    report: {
      ...valid,
      observers: { ...valid.observers, bob: [...valid.observers.bob!, { ...at, id: 'phantom' }] },
    },
    violationPart: `bob saw message phantom (seq ${at.seq}), which is not in the history`,
  }),
  'an acknowledged message with another seq': ackedWith('seq', (_at, other) => ({ seq: other.seq })),
  'an acknowledged message with another time': ackedWith('createdAt', () => ({ createdAt: 'later' })),
  'an acknowledged message with other content': ackedWith('content', () => ({ content: 'other' })),
  'an acknowledged message with another clientId': ackedWith('clientId', () => ({ clientId: null })),
};

/** 2 to 20 acknowledged messages of two users, seen by two observers in any order and in part repeatedly. */
const validReports: fc.Arbitrary<HistoryReport> = fc
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

const twoIndexes = fc.tuple(fc.nat(), fc.nat());

describe('The history checker', () => {
  it('accepts every valid history, with acknowledgements of all or some messages', () => {
    fc.assert(
      fc.property(validReports, fc.nat(), (valid, acks) => {
        expect(findViolations(valid)).toEqual([]);
        expect(findViolations({ ...valid, acked: valid.acked.slice(acks % valid.acked.length) })).toEqual([]);
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

  it.each(Object.entries(CORRUPTIONS))('finds %s', (_title, corrupt) => {
    fc.assert(
      fc.property(validReports, twoIndexes, (valid, [first, second]) => {
        const { length } = valid.history;
        const at = first % length;
        const other = (at + 1 + (second % (length - 1))) % length;
        const { report, violationPart } = corrupt(valid, valid.history[at]!, valid.history[other]!);
        expect(findViolations(report).some((violation) => violation.includes(violationPart))).toBe(true);
      }),
      { numRuns: counts.corruptedHistories },
    );
  });
});

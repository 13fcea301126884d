import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';

const FIELDS = ['id', 'seq', 'version', 'senderId', 'clientId', 'createdAt', 'content'] as const;

/** Fields that are equal in all copies of a message. */
export type Message = Pick<MessageDto, (typeof FIELDS)[number]>;

/**
 * Acknowledged messages, final history, and the messages of each observer, live or paged, in any order, with
 * repetitions.
 */
export interface HistoryReport {
  acked: readonly Message[];
  /** In the order of reading. */
  history: readonly Message[];
  observers: Readonly<Record<string, readonly Message[]>>;
}

type MessagesById = ReadonlyMap<string, Message>;

/** Violations of D1 to D3 in the report; empty when the history is complete and all observers agree. */
export function findViolations({ acked, history, observers }: HistoryReport): string[] {
  const messagesById: MessagesById = new Map(history.map((message) => [message.id, message]));
  return [
    ...acked.flatMap((message) => missingOrDifferent(message, messagesById)),
    ...duplicates(history),
    ...gaps(history),
    ...outOfOrder(history),
    ...Object.entries(observers).flatMap(([observer, seen]) =>
      observerDifferences(observer, seen, messagesById),
    ),
  ];
}

function missingOrDifferent(acked: Message, messagesById: MessagesById): string[] {
  const original = messagesById.get(acked.id);
  if (!original) return [`lost: ${nameOf(acked)} was acked and is not in the history`];
  return differences(acked, original).map((difference) => `${nameOf(acked)} was acked with ${difference}`);
}

function duplicates(history: readonly Message[]): string[] {
  const found = [
    ...repeated(history, ({ id }) => `message ${id}`),
    ...repeated(history, ({ senderId, clientId }) => clientId && `clientId ${clientId} of ${senderId}`),
    ...repeated(history, ({ seq }) => `seq ${seq}`),
  ];
  return found.map(({ key, seqs }) => `duplicate: ${key} occurs ${seqs.length} times (seq ${seqs.join()})`);
}

/** Repeated values, with the seqs of their messages. */
function repeated(
  history: readonly Message[],
  keyOf: (message: Message) => string | null,
): { key: string; seqs: number[] }[] {
  const seqs = new Map<string, number[]>();
  for (const message of history) {
    const key = keyOf(message);
    if (key) seqs.set(key, [...(seqs.get(key) ?? []), message.seq]);
  }
  return [...seqs].filter(([, all]) => all.length > 1).map(([key, all]) => ({ key, seqs: all }));
}

function gaps(history: readonly Message[]): string[] {
  const found: string[] = [];
  let next = 1;
  for (const seq of history.map((message) => message.seq).sort((one, other) => one - other)) {
    if (seq > next)
      found.push(`gap: no message has seq ${next === seq - 1 ? next : `${next} to ${seq - 1}`}`);
    next = seq + 1;
  }
  return found;
}

function outOfOrder(history: readonly Message[]): string[] {
  return history.flatMap(({ seq }, index) => {
    const before = history[index - 1]?.seq ?? 0;
    return seq < before ? [`out of order: seq ${seq} comes after seq ${before}`] : [];
  });
}

function observerDifferences(
  observer: string,
  seen: readonly Message[],
  messagesById: MessagesById,
): string[] {
  const seenIds = new Set(seen.map(({ id }) => id));
  const missed = [...messagesById.values()].filter(({ id }) => !seenIds.has(id));
  return [
    ...missed.map((message) => `${observer} missed ${nameOf(message)}`),
    ...seen.flatMap((message) => {
      const original = messagesById.get(message.id);
      if (!original) return [`${observer} saw ${nameOf(message)}, which is not in the history`];
      return differences(message, original).map(
        (difference) => `${observer} saw ${nameOf(message)} with ${difference}`,
      );
    }),
  ];
}

function differences(message: Message, original: Message): string[] {
  return FIELDS.filter((field) => message[field] !== original[field]).map(
    (field) => `another ${field}: ${message[field]}, in the history ${original[field]}`,
  );
}

function nameOf({ id, seq }: Message): string {
  return `message ${id} (seq ${seq})`;
}

import {
  conversationNew,
  conversationRemoved,
} from '../../../src/modules/conversations/conversations.contract.js';
import { sessionEnded } from '../../../src/kernel/identity/sessions.contract.js';
import type { ReceivedEvent } from '../clients/transports.js';

/**
 * D4 and D9: between conversation.new and conversation.removed a device receives every version of a
 * conversation once, up to the current version or the end of its session, and none before or after. Live
 * events may overtake one another.
 */
export function findVersionFaults(
  received: ReceivedEvent[],
  versions: ReadonlyMap<string, number>,
): string[] {
  const faults: string[] = [];
  const begun = new Map<string, number[]>();
  for (const { name, payload } of withoutEarlierEvents(received)) {
    const id = idOf(payload);
    if (name === conversationNew.name) begun.set(id, [payload.version as number]);
    else if (name === conversationRemoved.name) {
      faults.push(...findGaps(id, begun.get(id) ?? []));
      begun.delete(id);
    } else if (typeof payload.version === 'number') {
      if (!begun.has(id)) faults.push(`${name} of ${id}, of which the user is no member`);
      begun.get(id)?.push(payload.version);
    }
  }
  const hasEnded = received.some(({ name }) => name === sessionEnded.name);
  for (const [id, found] of begun) {
    faults.push(...findGaps(id, found));
    if (!hasEnded && Math.max(...found) !== versions.get(id))
      faults.push(`${id}: received up to ${Math.max(...found)} of ${versions.get(id)}`);
  }
  return faults;
}

/** A new member may receive an earlier change, depending on timing. It is harmless and excluded here. */
export function withoutEarlierEvents(received: ReceivedEvent[]): ReceivedEvent[] {
  const since = new Map<string, number>();
  return received.filter(({ name, payload }) => {
    const [id, version] = [idOf(payload), payload.version];
    if (name === conversationNew.name) since.set(id, version as number);
    return typeof version !== 'number' || version >= (since.get(id) ?? 0);
  });
}

function idOf({ conversationId, id }: ReceivedEvent['payload']): string {
  return (conversationId ?? id) as string;
}

function findGaps(id: string, found: number[]): string[] {
  const [first = 0, ...rest] = [...found].sort((one, other) => one - other);
  const isWhole = rest.every((version, index) => version === first + index + 1);
  return isWhole ? [] : [`${id}: ${found.join()}`];
}

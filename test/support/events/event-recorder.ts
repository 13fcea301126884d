import type { Device } from '../clients/transports.js';

type Payload = Record<string, unknown>;

/** A durable event: one version of its conversation, or of the account of its recipient. */
export interface Change {
  name: string;
  conversationId: unknown;
  version: number;
  payload: Payload;
}

/** Shared changes of a conversation that these devices received, ordered by version. */
export function sharedChanges(devices: Device[], conversationId: string): Change[] {
  return orderByVersion(devices, ({ version }, name) =>
    name === 'conversation.new' ? undefined : version,
  ).filter((change) => change.conversationId === conversationId);
}

/** Private changes that these devices received after the given account version, in order. */
export function accountChanges(devices: Device[], since = 0): Change[] {
  return orderByVersion(devices, accountVersionOf).filter(({ version }) => version > since);
}

/** Identity of a durable event; null for events that may be equal. */
export function toEventKey(name: string, payload: Payload): string | null {
  const { id = payload.conversationId, version, userId } = payload;
  const accountVersion = accountVersionOf(payload);
  if (version === undefined && accountVersion === undefined) return null;
  return `${name} ${[id ?? userId, version, accountVersion].join()}`;
}

/** Distinct events of several devices, in order. */
function orderByVersion(devices: Device[], versionOf: (payload: Payload, name: string) => unknown): Change[] {
  const changes = new Map<string, Change>();
  for (const { name, payload } of devices.flatMap(({ events }) => events)) {
    const version = versionOf(payload, name);
    const conversationId = payload.conversationId ?? payload.id;
    if (typeof version === 'number')
      changes.set(toEventKey(name, payload)!, { name, conversationId, version, payload });
  }
  return [...changes.values()].sort((one, other) => one.version - other.version);
}

function accountVersionOf({ accountVersion, membership }: Payload): unknown {
  return accountVersion ?? (membership as { accountVersion?: number } | undefined)?.accountVersion;
}

import type { ConversationDeltaDto } from '../generated/contract.js';

/** Object of a feature in a conversation. A deleted one is a tombstone. */
interface Item {
  readonly id: string;
  readonly conversationId: string;
  readonly version: number;
  readonly deletedAt: string | null;
}

/** Event with one item in its complete state. */
export interface ItemEvent {
  name: string;
  payload: Item;
}

/** Kinds of items: field of the delta, and the events that carry one item. `nest g feature` adds an entry. */
const KINDS = {} satisfies { readonly [Kind in keyof ConversationDeltaDto]?: readonly string[] };

type Kind = keyof typeof KINDS;
type ItemLists = Readonly<Record<string, readonly Item[]>>;

/** Items of a conversation by kind, in the order of their ids. */
export type HeldItems = { readonly [Name in Kind]: readonly ConversationDeltaDto[Name][number][] };

const eventsByKind: [kind: string, events: readonly string[]][] = Object.entries(KINDS);

export const NO_ITEMS = Object.fromEntries(eventsByKind.map(([kind]) => [kind, []])) as unknown as HeldItems;

export function hasItemKinds(): boolean {
  return eventsByKind.length > 0;
}

export function isItemEvent(name: string): boolean {
  return eventsByKind.some(([, events]) => events.includes(name));
}

export function withEventItem(items: HeldItems, { name, payload }: ItemEvent): HeldItems {
  const [kind] = eventsByKind.find(([, events]) => events.includes(name))!;
  return { ...items, [kind]: replaceItems((items as ItemLists)[kind]!, [payload]) };
}

/** Items after a delta, which contains the changed ones. */
export function withChangedItems(items: HeldItems, delta: ConversationDeltaDto): HeldItems {
  const [held, changed] = [items, delta as unknown] as [ItemLists, Partial<ItemLists>];
  const kinds = eventsByKind.map(([kind]) => [kind, replaceItems(held[kind]!, changed[kind] ?? [])]);
  return Object.fromEntries(kinds) as HeldItems;
}

function replaceItems(held: readonly Item[], changed: readonly Item[]): Item[] {
  const newest = new Map(held.map((item) => [item.id, item]));
  for (const item of changed)
    if (item.version >= (newest.get(item.id)?.version ?? 0)) newest.set(item.id, item);
  return [...newest.values()]
    .filter(({ deletedAt }) => deletedAt === null)
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

import type {
  AccountDataDto,
  DraftDto,
  MessageFlagsDto,
  ScheduledMessageDto,
  ThreadSubscriptionDto,
} from '../generated/contract.js';

/** Private data of the user, by kind and key. */
export type AccountData = {
  readonly [Kind in keyof AccountDataDto]: ReadonlyMap<string, AccountDataDto[Kind][number]>;
};

interface Item {
  conversationId: string;
  accountVersion: number;
}

interface KindOf<KindItem extends Item> {
  events: readonly string[];
  key: (item: KindItem) => string;
  /** Whether the item is the tombstone of a removed one. */
  isRemoved: (item: KindItem) => boolean;
}

/** Kinds of account data: a new kind needs an entry here. */
const KINDS: { [Kind in keyof AccountDataDto]: KindOf<AccountDataDto[Kind][number]> } = {
  messageFlags: {
    events: ['message.saved', 'message.hidden'],
    key: ({ messageId }: MessageFlagsDto) => messageId,
    isRemoved: ({ savedAt, hiddenAt }: MessageFlagsDto) => savedAt === null && hiddenAt === null,
  },
  threadSubscriptions: {
    events: ['thread.updated'],
    key: ({ threadRootId }: ThreadSubscriptionDto) => threadRootId,
    isRemoved: ({ following }: ThreadSubscriptionDto) => !following,
  },
  drafts: {
    events: ['draft.updated'],
    key: ({ conversationId, threadRootId }: DraftDto) => threadRootId ?? conversationId,
    isRemoved: ({ content }: DraftDto) => content === null,
  },
  scheduledMessages: {
    events: ['scheduled_message.updated'],
    key: ({ id }: ScheduledMessageDto) => id,
    isRemoved: ({ state }: ScheduledMessageDto) => state === 'sent' || state === 'cancelled',
  },
};

const kindNames = Object.keys(KINDS) as (keyof AccountDataDto)[];

export const ACCOUNT_DATA_EVENTS: readonly string[] = kindNames.flatMap((name) => KINDS[name].events);

export const EMPTY_ACCOUNT_DATA = Object.fromEntries(
  kindNames.map((name) => [name, new Map()]),
) as unknown as AccountData;

/** Account data after an event with one item. */
export function withEventItem(
  data: AccountData,
  { name, payload }: { name: string; payload: object },
): AccountData {
  const kind = kindNames.find((candidate) => KINDS[candidate].events.includes(name))!;
  return withItems(data, { [kind]: [payload] });
}

/** Account data with changed items of any kinds. */
export function withItems(
  data: AccountData,
  changed: Partial<Record<keyof AccountDataDto, readonly object[]>>,
): AccountData {
  const after: Record<string, unknown> = { ...data };
  for (const name of kindNames) {
    const { key, isRemoved } = KINDS[name] as KindOf<Item>;
    const items = new Map<string, Item>(data[name]);
    for (const item of (changed[name] ?? []) as Item[])
      if (isRemoved(item)) items.delete(key(item));
      else items.set(key(item), item);
    after[name] = items;
  }
  return after as AccountData;
}

/** Account data without items of a conversation from before the user joined it. */
export function withoutItemsBefore(
  data: AccountData,
  conversationId: string,
  joinedAccountVersion: number,
): AccountData {
  return filterItems(
    data,
    (item) => item.conversationId !== conversationId || item.accountVersion > joinedAccountVersion,
  );
}

/** Account data without the items of conversations that the user left. */
export function withoutItemsOf(data: AccountData, conversationIds: readonly string[]): AccountData {
  return filterItems(data, ({ conversationId }) => !conversationIds.includes(conversationId));
}

function filterItems(data: AccountData, isKept: (item: Item) => boolean): AccountData {
  const after = kindNames.map((name) => {
    const items = [...data[name]] as [string, Item][];
    return [name, new Map(items.filter(([, item]) => isKept(item)))];
  });
  return Object.fromEntries(after) as AccountData;
}

export function isHidden({ messageFlags }: AccountData, messageId: string): boolean {
  return typeof messageFlags.get(messageId)?.hiddenAt === 'string';
}

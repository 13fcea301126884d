import type { DraftDto } from '../modules/drafts/dto/draft.dto.js';
import type { AccountDataDto } from '../modules/sync/dto/account-data.dto.js';
import type { MessageFlagsDto } from '../modules/messages/flags/dto/message-flags.dto.js';
import type { ThreadSubscriptionDto } from '../modules/messages/threads/dto/thread-subscription.dto.js';
import type { ScheduledMessageDto } from '../modules/scheduled-messages/dto/scheduled-message.dto.js';

/** What is mine alone, beside my side of conversations: of each kind what there is, by its key. */
export type Mine = {
  readonly [Kind in keyof AccountDataDto]: ReadonlyMap<string, AccountDataDto[Kind][number]>;
};

interface Item {
  conversationId: string;
  accountVersion: number;
}

interface KindOf<Thing extends Item> {
  events: readonly string[];
  key: (item: Thing) => string;
  /** There is nothing left to say of it. */
  isGone: (item: Thing) => boolean;
}

const KINDS: { [Kind in keyof AccountDataDto]: KindOf<AccountDataDto[Kind][number]> } = {
  messageFlags: {
    events: ['message.saved', 'message.hidden'],
    key: ({ messageId }: MessageFlagsDto) => messageId,
    isGone: ({ savedAt, hiddenAt }: MessageFlagsDto) => savedAt === null && hiddenAt === null,
  },
  threadSubscriptions: {
    events: ['thread.updated'],
    key: ({ threadRootId }: ThreadSubscriptionDto) => threadRootId,
    isGone: ({ following }: ThreadSubscriptionDto) => !following,
  },
  drafts: {
    events: ['draft.updated'],
    key: ({ conversationId, threadRootId }: DraftDto) => threadRootId ?? conversationId,
    isGone: ({ content }: DraftDto) => content === null,
  },
  scheduledMessages: {
    events: ['scheduled_message.updated'],
    key: ({ id }: ScheduledMessageDto) => id,
    isGone: ({ state }: ScheduledMessageDto) => state === 'sent' || state === 'cancelled',
  },
};

const names = Object.keys(KINDS) as (keyof AccountDataDto)[];

export const ITEM_EVENTS: readonly string[] = names.flatMap((name) => KINDS[name].events);

export const NOTHING_MINE = Object.fromEntries(names.map((name) => [name, new Map()])) as unknown as Mine;

export function withItem(mine: Mine, { name, payload }: { name: string; payload: object }): Mine {
  const kind = names.find((one) => KINDS[one].events.includes(name))!;
  return withItems(mine, { [kind]: [payload] });
}

export function withItems(
  mine: Mine,
  changed: Partial<Record<keyof AccountDataDto, readonly object[]>>,
): Mine {
  const after: Record<string, unknown> = { ...mine };
  for (const name of names) {
    const { key, isGone } = KINDS[name] as KindOf<Item>;
    const held = new Map<string, Item>(mine[name]);
    for (const item of (changed[name] ?? []) as Item[])
      if (isGone(item)) held.delete(key(item));
      else held.set(key(item), item);
    after[name] = held;
  }
  return after as Mine;
}

/** What was mine in a conversation before I came in, the last time, is gone. */
export function withoutItemsBefore(mine: Mine, conversationId: string, since: number): Mine {
  return filtered(mine, (item) => item.conversationId !== conversationId || item.accountVersion > since);
}

/** What was mine in these conversations ended with my being in them. */
export function withoutItemsOf(mine: Mine, conversationIds: readonly string[]): Mine {
  return filtered(mine, ({ conversationId }) => !conversationIds.includes(conversationId));
}

function filtered(mine: Mine, stays: (item: Item) => boolean): Mine {
  const after = names.map((name) => {
    const items = [...mine[name]] as [string, Item][];
    return [name, new Map(items.filter(([, item]) => stays(item)))];
  });
  return Object.fromEntries(after) as Mine;
}

export function isHidden({ messageFlags: messages }: Mine, messageId: string): boolean {
  return typeof messages.get(messageId)?.hiddenAt === 'string';
}

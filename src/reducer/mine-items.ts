import type { DraftDto } from '../modules/drafts/dto/draft.dto.js';
import type { MineDto } from '../modules/inbox/dto/mine.dto.js';
import type { MyMessageDto } from '../modules/messages/mine/dto/my-message.dto.js';
import type { MyThreadDto } from '../modules/messages/threads/dto/my-thread.dto.js';
import type { ScheduledMessageDto } from '../modules/scheduled/dto/scheduled-message.dto.js';

/** What is mine alone, beside my side of conversations: of each kind what there is, by its key. */
export type Mine = { readonly [Kind in keyof MineDto]: ReadonlyMap<string, MineDto[Kind][number]> };

interface Item {
  conversationId: string;
  meVersion: number;
}

interface KindOf<Thing extends Item> {
  events: readonly string[];
  key: (item: Thing) => string;
  /** There is nothing left to say of it. */
  isGone: (item: Thing) => boolean;
}

const KINDS: { [Kind in keyof MineDto]: KindOf<MineDto[Kind][number]> } = {
  messages: {
    events: ['message.saved', 'message.hidden'],
    key: ({ messageId }: MyMessageDto) => messageId,
    isGone: ({ savedAt, hiddenAt }: MyMessageDto) => savedAt === null && hiddenAt === null,
  },
  threads: {
    events: ['thread.updated'],
    key: ({ rootId }: MyThreadDto) => rootId,
    isGone: ({ following }: MyThreadDto) => !following,
  },
  drafts: {
    events: ['draft.updated'],
    key: ({ conversationId, threadRootId }: DraftDto) => threadRootId ?? conversationId,
    isGone: ({ content }: DraftDto) => content === null,
  },
  scheduled: {
    events: ['scheduled.updated'],
    key: ({ id }: ScheduledMessageDto) => id,
    isGone: ({ state }: ScheduledMessageDto) => state === 'sent' || state === 'cancelled',
  },
};

const names = Object.keys(KINDS) as (keyof MineDto)[];

export const ITEM_EVENTS: readonly string[] = names.flatMap((name) => KINDS[name].events);

export const NOTHING_MINE = Object.fromEntries(names.map((name) => [name, new Map()])) as unknown as Mine;

export function withItem(mine: Mine, { name, payload }: { name: string; payload: object }): Mine {
  const kind = names.find((one) => KINDS[one].events.includes(name))!;
  return withItems(mine, { [kind]: [payload] });
}

export function withItems(mine: Mine, changed: Partial<Record<keyof MineDto, readonly object[]>>): Mine {
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
  return filtered(mine, (item) => item.conversationId !== conversationId || item.meVersion > since);
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

export function isHidden({ messages }: Mine, messageId: string): boolean {
  return typeof messages.get(messageId)?.hiddenAt === 'string';
}

import { Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { VersionRange } from '../messages/message-delta.service.js';
import type { ConversationDeltaDto } from './dto/sync.dto.js';

/** Object of a feature in a conversation, counted by the version of the conversation. */
interface ConversationItem {
  conversationId: string;
  version: number;
}

/** Service of a kind of items. */
interface ItemSource {
  /**
   * Items changed in these ranges of versions by conversation id, in the order of versions, up to `limit` for each range. A
   * range from 0 leaves out deleted items, any other includes them.
   */
  listItemChanges(
    ranges: readonly VersionRange[],
    limit: number,
  ): Promise<ReadonlyMap<string, ConversationItem[]>>;
}

/** Services by kind of items: the field of ConversationDeltaDto with the items. `nest g feature` adds a kind. */
const ITEM_SOURCES = {} satisfies Record<string, Type<ItemSource>>;

type ItemLists = Record<string, ConversationItem[]>;

/** Items of one conversation by kind. */
export type ConversationItems = Pick<ConversationDeltaDto, keyof typeof ITEM_SOURCES>;

/** Items that features keep in conversations, for the deltas of a sync. */
@Injectable()
export class ConversationItemsService {
  constructor(private readonly moduleRef: ModuleRef) {}

  /** Changed items of all kinds, for each conversation of the ranges. */
  async loadItemChanges(
    ranges: readonly VersionRange[],
    limit: number,
  ): Promise<Map<string, ConversationItems>> {
    const lists = new Map<string, ItemLists>(ranges.map(({ conversationId }) => [conversationId, {}]));
    for (const [kind, source] of Object.entries<Type<ItemSource>>(ITEM_SOURCES)) {
      const found = await this.moduleRef.get(source, { strict: false }).listItemChanges(ranges, limit);
      for (const [conversationId, kinds] of lists) kinds[kind] = found.get(conversationId) ?? [];
    }
    return new Map([...lists].map(([id, kinds]) => [id, toItems<ConversationItems>(kinds)]));
  }
}

/** The compiler knows the kinds of a delta, and not that the loop has read each of them. */
function toItems<Items>(lists: ItemLists): Items {
  return lists as Items;
}

/** Largest number of items of one kind. */
export function countItems(items: ConversationItems | undefined): number {
  const lists = Object.values<unknown[]>(items ?? {});
  return Math.max(0, ...lists.map(({ length }) => length));
}

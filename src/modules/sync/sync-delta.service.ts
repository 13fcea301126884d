import { Injectable } from '@nestjs/common';
import { ConversationQueryService, type HeldRow } from '../conversations/conversation-query.service.js';
import type { ConversationSummaryDto } from '../conversations/dto/conversation.dto.js';
import { ReceiptsService } from '../conversations/memberships/receipts.service.js';
import type { MessageDto } from '../messages/dto/message.dto.js';
import { MessageDeltaService } from '../messages/message-delta.service.js';
import { ThreadSubscriptionsService } from '../messages/threads/thread-subscriptions.service.js';
import {
  ConversationItemsService,
  countItems,
  type ConversationItems,
} from './conversation-items.service.js';
import type { ConversationDeltaDto } from './dto/sync.dto.js';

/** Changed messages in one delta. Beyond this number the delta is a reset with the newest messages of the main timeline. */
const MAX_CHANGES = 200;
const RESET_MESSAGES = 50;

interface NewestPage {
  /** Oldest first. */
  messages: MessageDto[];
  hasMore: boolean;
}

const EMPTY_PAGE: NewestPage = { messages: [], hasMore: false };

/** Builds the deltas of conversations for a sync. */
@Injectable()
export class SyncDeltaService {
  constructor(
    private readonly conversationQuery: ConversationQueryService,
    private readonly receipts: ReceiptsService,
    private readonly messageDelta: MessageDeltaService,
    private readonly threadSubscriptions: ThreadSubscriptionsService,
    private readonly conversationItems: ConversationItemsService,
  ) {}

  /** Deltas of conversations that the client holds, from the version that it holds. */
  async loadChangedDeltas(
    userId: string,
    heldRows: readonly HeldRow[],
    receiptsFor: ReadonlySet<string>,
  ): Promise<ConversationDeltaDto[]> {
    const heldIds = heldRows.map(({ id }) => id);
    const summaries = await this.conversationQuery.findConversationSummaries(userId, heldIds);
    const conversations = new Map(summaries.map((summary) => [summary.id, summary]));
    const rows = heldRows.filter(({ id }) => conversations.has(id));
    const spans = rows.map(({ id, version }) => ({
      conversationId: id,
      after: version,
      upTo: conversations.get(id)!.version,
    }));
    const changes = await this.messageDelta.findChangedMessages(userId, spans, MAX_CHANGES + 1);
    const changedItems = await this.conversationItems.loadItemChanges(spans, MAX_CHANGES + 1);
    const isReset = ({ id, version }: HeldRow): boolean =>
      Math.max(changes.get(id)?.length ?? 0, countItems(changedItems.get(id))) > MAX_CHANGES ||
      version > conversations.get(id)!.version;
    const resetIds = rows.filter(isReset).map(({ id }) => id);
    const newest = await this.findNewestPages(userId, resetIds, RESET_MESSAGES);
    const currentItems = await this.loadCurrentItems(resetIds.map((id) => conversations.get(id)!));
    // Members are read last: a member change after the conversations were read arrives as an event, an earlier one is included.
    const since = rows.map((row) => ({ id: row.id, version: isReset(row) ? 0 : row.version }));
    const members = await this.conversationQuery.findChangedMembers(since);
    const subscriptions = await this.threadSubscriptions.findChangedInConversations(
      userId,
      since,
      findThreadRootIds(changes),
    );
    const receiptIds = [...receiptsFor].filter((id) => conversations.get(id)?.features.receipts);
    const receipts = await this.receipts.findVisible(userId, receiptIds);
    return rows.map((row) => {
      const conversation = conversations.get(row.id)!;
      const reset = isReset(row);
      const { messages, hasMore } = reset
        ? (newest.get(row.id) ?? EMPTY_PAGE)
        : { messages: changes.get(row.id) ?? [], hasMore: false };
      const items = reset ? currentItems : changedItems;
      return {
        ...items.get(row.id)!,
        conversation,
        messages,
        members: members.get(row.id) ?? null,
        receipts: receipts.get(row.id) ?? null,
        threadSubscriptions: subscriptions.get(row.id) ?? [],
        version: conversation.version,
        reset,
        hasMore,
      };
    });
  }

  /** Resets with the newest message of the main timeline only, for conversations that the client may not hold. */
  async loadNewDeltas(
    userId: string,
    conversations: readonly ConversationSummaryDto[],
  ): Promise<ConversationDeltaDto[]> {
    const ids = conversations.map(({ id }) => id);
    const newest = await this.findNewestPages(userId, ids, 1);
    const since = ids.map((id) => ({ id, version: 0 }));
    const subscriptions = await this.threadSubscriptions.findChangedInConversations(userId, since);
    const items = await this.loadCurrentItems(conversations);
    return conversations.map((conversation) => {
      const { messages, hasMore } = newest.get(conversation.id) ?? EMPTY_PAGE;
      return {
        ...items.get(conversation.id)!,
        conversation,
        messages,
        members: null,
        receipts: null,
        threadSubscriptions: subscriptions.get(conversation.id) ?? [],
        version: conversation.version,
        reset: true,
        hasMore,
      };
    });
  }

  /** Items that are not deleted, by conversation. */
  private loadCurrentItems(
    conversations: readonly ConversationSummaryDto[],
  ): Promise<Map<string, ConversationItems>> {
    const ranges = conversations.map(({ id, version }) => ({ conversationId: id, after: 0, upTo: version }));
    return this.conversationItems.loadItemChanges(ranges, MAX_CHANGES);
  }

  /** Newest messages of the main timeline by conversation, and whether older ones exist. */
  private async findNewestPages(
    userId: string,
    conversationIds: readonly string[],
    limit: number,
  ): Promise<Map<string, NewestPage>> {
    const newest = await this.messageDelta.findNewestMessages(userId, conversationIds, limit + 1);
    return new Map(
      [...newest].map(([id, messages]) => [
        id,
        { messages: messages.slice(-limit), hasMore: messages.length > limit },
      ]),
    );
  }
}

/** Threads of changed replies: a reply with changed mentions does not change its root. */
function findThreadRootIds(changes: ReadonlyMap<string, MessageDto[]>): string[] {
  const rootIds = [...changes.values()].flat().map(({ threadRootId }) => threadRootId);
  return [...new Set(rootIds.filter((id) => id !== null))];
}

import { Injectable } from '@nestjs/common';
import { ConversationQueryService, type HeldRow } from '../conversations/conversation-query.service.js';
import type { ConversationSummaryDto } from '../conversations/dto/conversation.dto.js';
import { ReceiptsService } from '../conversations/memberships/receipts.service.js';
import { MessageDeltaService } from '../messages/message-delta.service.js';
import { ThreadSubscriptionsService } from '../messages/threads/thread-subscriptions.service.js';
import type { ConversationDeltaDto } from './dto/sync.dto.js';

/** Changed messages in one delta. Beyond this number the delta is a reset with the newest messages. */
const MAX_CHANGES = 200;
const RESET_MESSAGES = 50;

/** Builds the deltas of conversations for a sync. */
@Injectable()
export class SyncDeltaService {
  constructor(
    private readonly conversationQuery: ConversationQueryService,
    private readonly receipts: ReceiptsService,
    private readonly messageDelta: MessageDeltaService,
    private readonly threadSubscriptions: ThreadSubscriptionsService,
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
    const isReset = ({ id, version }: HeldRow): boolean =>
      (changes.get(id)?.length ?? 0) > MAX_CHANGES || version > conversations.get(id)!.version;
    const resetIds = rows.filter(isReset).map(({ id }) => id);
    const newest = await this.messageDelta.findNewestMessages(userId, resetIds, RESET_MESSAGES);
    // Members are read last: a member change after the conversations were read arrives as an event, an earlier one is included.
    const since = rows.map((row) => ({ id: row.id, version: isReset(row) ? 0 : row.version }));
    const members = await this.conversationQuery.findChangedMembers(since);
    const subscriptions = await this.threadSubscriptions.findChangedInConversations(userId, since);
    const receiptIds = [...receiptsFor].filter((id) => conversations.get(id)?.features.receipts);
    const receipts = await this.receipts.findVisible(userId, receiptIds);
    return rows.map((row) => {
      const conversation = conversations.get(row.id)!;
      const reset = isReset(row);
      const messages = (reset ? newest : changes).get(row.id) ?? [];
      return {
        conversation,
        messages,
        members: members.get(row.id) ?? null,
        receipts: receipts.get(row.id) ?? null,
        threadSubscriptions: subscriptions.get(row.id) ?? [],
        version: conversation.version,
        reset,
        hasMore: reset && messages.length < countMessages(conversation),
      };
    });
  }

  /** Resets with the newest message only, for conversations that the client may not hold. */
  async loadNewDeltas(
    userId: string,
    conversations: readonly ConversationSummaryDto[],
  ): Promise<ConversationDeltaDto[]> {
    const ids = conversations.map(({ id }) => id);
    // The newest message of all, thread replies included: history has no gap after it.
    const newest = await this.messageDelta.findNewestMessages(userId, ids, 1);
    const since = ids.map((id) => ({ id, version: 0 }));
    const subscriptions = await this.threadSubscriptions.findChangedInConversations(userId, since);
    return conversations.map((conversation) => {
      const messages = newest.get(conversation.id) ?? [];
      return {
        conversation,
        messages,
        members: null,
        receipts: null,
        threadSubscriptions: subscriptions.get(conversation.id) ?? [],
        version: conversation.version,
        reset: true,
        hasMore: messages.length < countMessages(conversation),
      };
    });
  }
}

function countMessages({ firstSeq, lastSeq }: ConversationSummaryDto): number {
  return lastSeq - firstSeq + 1;
}

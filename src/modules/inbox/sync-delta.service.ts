import { Injectable } from '@nestjs/common';
import type { ConversationSummaryDto } from '../conversations/dto/conversation.dto.js';
import { ReceiptsService } from '../conversations/receipts.service.js';
import { ConversationQueryService, type HeldRow } from '../conversations/conversation-query.service.js';
import { MessageDeltaService } from '../messages/message-delta.service.js';
import { ThreadsService } from '../messages/threads/threads.service.js';
import type { ConversationDeltaDto } from './dto/sync.dto.js';

/** Changed messages that one conversation brings; where more have changed, its newest are read instead. */
const MAX_CHANGES = 200;
const NEWEST = 50;

/** What a sync says of a conversation. */
@Injectable()
export class SyncDeltaService {
  constructor(
    private readonly views: ConversationQueryService,
    private readonly receipts: ReceiptsService,
    private readonly changes: MessageDeltaService,
    private readonly threads: ThreadsService,
  ) {}

  /** Of conversations that the client has, since the version that it has. */
  async changed(
    userId: string,
    held: readonly HeldRow[],
    watch: ReadonlySet<string>,
  ): Promise<ConversationDeltaDto[]> {
    const views = new Map(
      (
        await this.views.findMany(
          userId,
          held.map(({ id }) => id),
        )
      ).map((view) => [view.id, view]),
    );
    const there = held.filter(({ id }) => views.has(id));
    const changes = await this.changes.between(
      userId,
      there.map(({ id, version }) => ({ conversationId: id, after: version, upTo: views.get(id)!.version })),
      MAX_CHANGES + 1,
    );
    const isReset = ({ id, version }: HeldRow): boolean =>
      (changes.get(id)?.length ?? 0) > MAX_CHANGES || version > views.get(id)!.version;
    const resets = there.filter(isReset).map(({ id }) => id);
    const newest = await this.changes.newest(userId, resets, NEWEST);
    // Asked last: a change of the members that came after the views is in the next events, one before them is here.
    const since = there.map((row) => ({ id: row.id, version: isReset(row) ? 0 : row.version }));
    const members = await this.views.findChangedMembers(since);
    const threads = await this.threads.inConversations(userId, since);
    const watched = [...watch].filter((id) => views.get(id)?.features.receipts);
    const receipts = await this.receipts.seenBy(userId, watched);
    return there.map((row) => {
      const conversation = views.get(row.id)!;
      const reset = isReset(row);
      const messages = (reset ? newest : changes).get(row.id) ?? [];
      return {
        conversation,
        messages,
        members: members.get(row.id) ?? null,
        receipts: receipts.get(row.id) ?? null,
        threadSubscriptions: threads.get(row.id) ?? [],
        version: conversation.version,
        reset,
        hasMore: reset && messages.length < lengthOf(conversation),
      };
    });
  }

  /** Of conversations that the client may not have yet: the newest message, and the way to the others. */
  async fresh(userId: string, views: readonly ConversationSummaryDto[]): Promise<ConversationDeltaDto[]> {
    // The newest of all, a reply in a thread too: from it on there are no gaps.
    const last = await this.changes.newest(
      userId,
      views.map(({ id }) => id),
      1,
    );
    const threads = await this.threads.inConversations(
      userId,
      views.map(({ id }) => ({ id, version: 0 })),
    );
    return views.map((conversation) => {
      const messages = last.get(conversation.id) ?? [];
      return {
        conversation,
        messages,
        members: null,
        receipts: null,
        threadSubscriptions: threads.get(conversation.id) ?? [],
        version: conversation.version,
        reset: true,
        hasMore: messages.length < lengthOf(conversation),
      };
    });
  }
}

function lengthOf({ firstSeq, lastSeq }: ConversationSummaryDto): number {
  return lastSeq - firstSeq + 1;
}

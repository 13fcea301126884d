import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../../kernel/config/config.js';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { RecipientResolver, toMembers } from '../../../kernel/realtime/recipient-resolver.js';
import { FailureLog } from '../../../kernel/logging/failure-log.js';
import { groupByConversation } from '../../../kernel/database/row-of.js';
import { ReceiptDto } from '../dto/receipts.dto.js';
import { receiptUpdated } from './memberships.contract.js';
import { ReceiptsRepository, type MemberReceiptRow } from './receipts.repository.js';

/** Minimum time between two receipt events of a conversation. */
const INTERVAL_MS = 1_000;
/** Conversations read in one query. */
const MAX_BATCH_SIZE = 20;
/** Conversations and users kept in memory. Further receipts arrive with a later change or a sync. */
const MAX_PENDING = 100_000;

/**
 * Publishes the receipts of members: the first change at once, later changes at the end of the interval. Positions are
 * read from the database at publication, by one query at a time, so they never move backwards. Memory holds only the ids
 * of users whose positions changed; a database outage delays the events.
 */
@Injectable()
export class ReceiptPublisherService implements OnModuleDestroy {
  private readonly failureLog = new FailureLog(
    new Logger(ReceiptPublisherService.name),
    'Publishing of receipts',
  );
  /** Users with unpublished receipts by conversation. A conversation stays in the map until its interval has passed. */
  private readonly pendingUserIds = new Map<string, Set<string>>();
  private readonly dueConversationIds: string[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private pendingCount = 0;
  private isPublishing = false;
  private isDestroyed = false;

  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly receipts: ReceiptsRepository,
    private readonly resolver: RecipientResolver,
    private readonly publisher: Publisher,
  ) {}

  onModuleDestroy(): void {
    this.isDestroyed = true;
    this.timers.forEach((timer) => clearTimeout(timer));
  }

  /** Publishes the receipt of a user whose visible position changed; in a unit of work after the commit. */
  publishReceipt(conversationId: string, userId: string): void {
    this.unitOfWork.afterCommit(() => {
      const isScheduled = this.pendingUserIds.has(conversationId);
      if (this.isDestroyed || this.pendingCount + this.pendingUserIds.size >= MAX_PENDING) return;
      this.addPending(conversationId, [userId]);
      if (isScheduled) return;
      this.dueConversationIds.push(conversationId);
      void this.publishDue();
    });
  }

  private async publishDue(): Promise<void> {
    if (this.isPublishing) return;
    this.isPublishing = true;
    while (this.dueConversationIds.length > 0 && !this.isDestroyed)
      await this.publishBatch(this.dueConversationIds.splice(0, MAX_BATCH_SIZE));
    this.isPublishing = false;
  }

  private async publishBatch(conversationIds: readonly string[]): Promise<void> {
    const batch = conversationIds.map((id) => [id, this.takePending(id)] as const);
    try {
      const changed = batch.flatMap(([id, userIds]) => [...userIds].map((userId) => [id, userId] as const));
      const rows = await this.receipts.findMemberReceipts(
        changed.map(([id]) => id),
        changed.map(([, userId]) => userId),
        this.config.receiptsMaxMembers,
      );
      await this.publishReceipts(groupByConversation(rows, (row) => row));
      this.failureLog.recordSuccess();
    } catch (error) {
      for (const [id, userIds] of batch) this.addPending(id, userIds);
      if (!this.isDestroyed) this.failureLog.recordFailure(error);
    }
    this.scheduleNext(conversationIds);
  }

  /** Publishes receipts to the connected members of each conversation. */
  private async publishReceipts(receipts: ReadonlyMap<string, MemberReceiptRow[]>): Promise<void> {
    const recipients = new Map<string, readonly string[]>();
    for (const [id, [row]] of receipts)
      recipients.set(id, await this.resolver.resolve(toMembers(id, row!.members_version)));
    const userIds = new Set([...recipients.values()].flat());
    if (userIds.size === 0) return;
    const hidingIds = new Set(await this.receipts.listHidingUsers([...userIds]));
    for (const [id, rows] of receipts) this.publishConversation(id, rows, recipients.get(id)!, hidingIds);
  }

  /** One event for the members that share read positions, and one without read positions for those that hide theirs. */
  private publishConversation(
    conversationId: string,
    rows: readonly MemberReceiptRow[],
    recipientIds: readonly string[],
    hidingIds: ReadonlySet<string>,
  ): void {
    for (const hides of [false, true]) {
      const userIds = recipientIds.filter((userId) => hidingIds.has(userId) === hides);
      const receipts = rows.map((row) =>
        ReceiptDto.from({
          ...row,
          last_read_seq: hides || row.hides_read_receipts ? null : row.last_read_seq,
        }),
      );
      if (userIds.length > 0)
        this.publisher.publish(receiptUpdated, { conversationId, receipts }, { userIds });
    }
  }

  private scheduleNext(conversationIds: readonly string[]): void {
    if (this.isDestroyed) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      for (const id of conversationIds)
        if (this.pendingUserIds.get(id)!.size > 0) this.dueConversationIds.push(id);
        else this.pendingUserIds.delete(id);
      void this.publishDue();
    }, INTERVAL_MS).unref();
    this.timers.add(timer);
  }

  private addPending(conversationId: string, userIds: Iterable<string>): void {
    const pending = this.pendingUserIds.get(conversationId) ?? new Set();
    this.pendingCount -= pending.size;
    for (const userId of userIds) pending.add(userId);
    this.pendingCount += pending.size;
    this.pendingUserIds.set(conversationId, pending);
  }

  private takePending(conversationId: string): Set<string> {
    const pending = this.pendingUserIds.get(conversationId)!;
    this.pendingUserIds.set(conversationId, new Set());
    this.pendingCount -= pending.size;
    return pending;
  }
}

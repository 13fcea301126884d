import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { FailureLog } from '../../kernel/scheduling/failure-log.js';
import { ReceiptDto } from './dto/receipts.dto.js';
import { receiptUpdated } from './receipts.contract.js';
import { ReceiptsRepository, type ShownRow } from './receipts.repository.js';

/** A conversation hears of its marks once in this time at most. */
const INTERVAL_MS = 1_000;
/** Conversations that are looked up together. */
const MAX_BATCH_SIZE = 20;
/** Conversations and marks that are remembered; of more, the next mark or a sync tells. */
const MAX_CACHED = 100_000;

/**
 * Tells the members how far they have received and read: at once, and what moves within the next second at its end. What
 * it says it reads from the database when it says it, one statement at a time, so marks never go backwards. It remembers
 * only whose mark has moved; a database that is away delays it.
 */
@Injectable()
export class ReceiptsService implements OnModuleDestroy {
  private readonly failureLog = new FailureLog(new Logger(ReceiptsService.name), 'Publishing of receipts');
  /** Whose marks have moved since, of each conversation that has just been told, or waits for it. */
  private readonly moved = new Map<string, Set<string>>();
  private readonly due: string[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private marksKept = 0;
  private isRunning = false;
  private hasEnded = false;

  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly receipts: ReceiptsRepository,
    private readonly publisher: Publisher,
  ) {}

  onModuleDestroy(): void {
    this.hasEnded = true;
    this.timers.forEach((timer) => clearTimeout(timer));
  }

  /** The mark that others see of this person has moved; inside a unit of work it will have, with the commit. */
  publish(conversationId: string, userId: string): void {
    this.unitOfWork.afterCommit(() => {
      const known = this.moved.get(conversationId);
      if (this.hasEnded || this.marksKept + this.moved.size >= MAX_CACHED) return;
      this.remember(conversationId, [userId]);
      if (known) return;
      this.due.push(conversationId);
      void this.run();
    });
  }

  /** How far everybody is in these conversations, as this person may see it. */
  async seenBy(userId: string, conversationIds: readonly string[]): Promise<Map<string, ReceiptDto[]>> {
    const marks = new Map<string, ReceiptDto[]>(conversationIds.map((id) => [id, []]));
    if (marks.size === 0) return marks;
    for (const row of await this.receipts.seenBy(userId, conversationIds))
      marks.get(row.conversation_id)!.push(ReceiptDto.from(row));
    return marks;
  }

  private async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    while (this.due.length > 0 && !this.hasEnded) await this.flush(this.due.splice(0, MAX_BATCH_SIZE));
    this.isRunning = false;
  }

  private async flush(conversationIds: readonly string[]): Promise<void> {
    const taken = conversationIds.map((id) => [id, this.take(id)] as const);
    try {
      const rows = await this.receipts.shown(conversationIds, this.config.receiptsMaxMembers);
      for (const [id, userIds] of taken)
        this.emit(
          id,
          rows.filter(({ conversation_id }) => conversation_id === id),
          userIds,
        );
      this.failureLog.recordSuccess();
    } catch (error) {
      for (const [id, userIds] of taken) this.remember(id, userIds);
      if (!this.hasEnded) this.failureLog.recordFailure(error);
    }
    this.lookAgainLater(conversationIds);
  }

  /** Two audiences at most: who shows how far they have read, and who hides it and sees nothing of it. */
  private emit(conversationId: string, members: ShownRow[], moved: ReadonlySet<string>): void {
    const rows = members.filter(({ user_id }) => moved.has(user_id));
    if (rows.length === 0) return;
    for (const hides of [false, true]) {
      const userIds = members
        .filter(({ hides_read_receipts }) => hides_read_receipts === hides)
        .map(({ user_id }) => user_id);
      const receipts = rows.map((row) =>
        ReceiptDto.from({
          ...row,
          last_read_seq: hides || row.hides_read_receipts ? null : row.last_read_seq,
        }),
      );
      this.publisher.publish(receiptUpdated, { conversationId, receipts }, { userIds });
    }
  }

  private lookAgainLater(conversationIds: readonly string[]): void {
    if (this.hasEnded) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      for (const id of conversationIds)
        if (this.moved.get(id)!.size > 0) this.due.push(id);
        else this.moved.delete(id);
      void this.run();
    }, INTERVAL_MS).unref();
    this.timers.add(timer);
  }

  private remember(conversationId: string, userIds: Iterable<string>): void {
    const known = this.moved.get(conversationId) ?? new Set();
    this.marksKept -= known.size;
    for (const userId of userIds) known.add(userId);
    this.marksKept += known.size;
    this.moved.set(conversationId, known);
  }

  private take(conversationId: string): Set<string> {
    const moved = this.moved.get(conversationId)!;
    this.moved.set(conversationId, new Set());
    this.marksKept -= moved.size;
    return moved;
  }
}

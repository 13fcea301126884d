import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { tokenize } from '../../kernel/text/tokenizer.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { FailureLog } from '../../kernel/logging/failure-log.js';
import { Poller } from '../../kernel/jobs/poller.js';
import { messageNew, messageUpdated } from '../messages/messages.contract.js';
import type { MessageDto } from '../messages/dto/message.dto.js';
import { IndexTurns } from './index-turns.js';
import { IndexerRepository, type IndexedMessage } from './indexer.repository.js';

/** Messages and characters indexed in one transaction. Changes of the claimed messages and the event loop wait for it. */
const MAX_BATCH_SIZE = 100;
const MAX_TEXT_LENGTH = 10_000;
/** Minimum pause between two batches, in which new messages gather. */
const PAUSE_MS = 50;
/** The pause after a batch equals its duration, multiplied up to this factor on a busy event loop: sends take precedence. */
const BUSY_PAUSE_FACTOR = 15;
const MAX_PAUSE_MS = 1_000;
/** Interval of polling for entries left by a killed node or skipped because of a lock. */
const POLL_MS = 5_000;

/**
 * Indexes messages after their commit: those of this process by sender in turns, others newest first. Queue entries stay in the database until processed, so none is lost. Every node
 * runs an indexer; row locks keep two of them from claiming the same entry.
 */
@Injectable()
export class Indexer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Indexer.name);
  private readonly poller = new Poller({ intervalMs: POLL_MS }, new FailureLog(this.logger, 'Indexing'), () =>
    this.runBatch(),
  );
  private readonly turns = new IndexTurns();
  /** Whether the queue was empty; the next message wakes the indexer. */
  private isIdle = false;
  private isWakeRequested = false;
  private eventLoop = performance.eventLoopUtilization();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly repository: IndexerRepository,
    private readonly publisher: Publisher,
  ) {}

  onApplicationBootstrap(): void {
    this.publisher.on(messageNew, (message) => this.addMessage(message));
    this.publisher.on(messageUpdated, (message) => {
      if (message.editedAt) this.addMessage(message);
    });
    this.poller.start(0);
  }

  async onModuleDestroy(): Promise<void> {
    await this.poller.stop();
  }

  private addMessage({ id, senderId, content }: MessageDto): void {
    this.turns.add(senderId ?? id, { id, length: content?.length ?? 0 });
    this.isWakeRequested = true;
    if (this.isIdle) this.poller.wake(PAUSE_MS);
  }

  /** Returns the pause until the next batch in milliseconds; undefined when the queue is empty. */
  private async runBatch(): Promise<number | undefined> {
    this.isIdle = false;
    this.isWakeRequested = false;
    const startedAt = performance.now();
    const count = await this.unitOfWork.run(() => this.indexBatch());
    this.isIdle = count === 0 && !this.isWakeRequested;
    return this.isIdle ? undefined : this.pauseAfter(performance.now() - startedAt);
  }

  private pauseAfter(milliseconds: number): number {
    const { utilization } = performance.eventLoopUtilization(this.eventLoop);
    this.eventLoop = performance.eventLoopUtilization();
    const pause = milliseconds * (1 + BUSY_PAUSE_FACTOR * utilization);
    return Math.min(Math.max(PAUSE_MS, pause), MAX_PAUSE_MS);
  }

  /** Returns the number of queue entries removed. */
  private async indexBatch(): Promise<number> {
    const preferred = this.turns.take(MAX_BATCH_SIZE, MAX_TEXT_LENGTH);
    const claimed = await this.repository.claimQueueEntries(MAX_BATCH_SIZE, preferred);
    if (claimed.length === 0) return 0;
    const indexed: IndexedMessage[] = [];
    let length = 0;
    for (const { content, filenames, ...message } of await this.repository.listUnindexed(claimed)) {
      if (length > MAX_TEXT_LENGTH) break;
      const text = [content ?? '', ...filenames].join('\n');
      indexed.push({ ...message, terms: tokenize(text) });
      length += text.length;
    }
    await this.repository.upsertIndex(indexed);
    await this.repository.upsertBlocks(indexed);
    return this.repository.deleteProcessedQueueEntries(claimed);
  }
}

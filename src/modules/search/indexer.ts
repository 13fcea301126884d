import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { messageNew, messageUpdated } from '../messages/messages.contract.js';
import { IndexerRepository, type Read } from './indexer.repository.js';
import { tokenize } from './tokenizer.js';

/** Messages of one transaction, and about how much text: who changes one of them waits, and so does the event loop. */
const MAX_BATCH_SIZE = 100;
const MAX_TEXT = 10_000;
/** At least between two batches, so that what is said within it goes together. */
const PAUSE_MS = 50;
/** It rests as long as it worked, and so many times more where this process is busy: sends come first. */
const REST_WHEN_BUSY = 15;
const MAX_REST_MS = 1_000;
/** How often it looks for what others left: a node that was killed, or a transaction that held a message. */
const LOOK_MS = 5_000;

/**
 * Reads what was said for its words, after the commit. What is to be read stands in the database until it has been, so
 * nothing is lost; every node reads, and no two of them the same.
 */
@Injectable()
export class Indexer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Indexer.name);
  private timer?: NodeJS.Timeout;
  private working?: Promise<void>;
  /** Nothing was left: the next message may wake it. */
  private isIdle = false;
  private isNudged = false;
  private isOver = false;
  private isFailing = false;
  private eventLoop = performance.eventLoopUtilization();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly repository: IndexerRepository,
    private readonly publisher: Publisher,
  ) {}

  onApplicationBootstrap(): void {
    for (const event of [messageNew, messageUpdated]) this.publisher.on(event, () => this.wake());
    this.workIn(0);
  }

  async onModuleDestroy(): Promise<void> {
    this.isOver = true;
    clearTimeout(this.timer);
    await this.working;
  }

  /** There is something to read. */
  private wake(): void {
    this.isNudged = true;
    if (this.isIdle) this.workIn(PAUSE_MS);
  }

  private workIn(milliseconds: number): void {
    if (this.isOver) return;
    this.isIdle = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.working = this.work();
    }, milliseconds).unref();
  }

  private async work(): Promise<void> {
    this.isNudged = false;
    const startedAt = performance.now();
    try {
      const count = await this.unitOfWork.run(() => this.readSome());
      const isAllRead = count === 0 && !this.isNudged;
      this.workIn(isAllRead ? LOOK_MS : this.restAfter(performance.now() - startedAt));
      this.isIdle = isAllRead;
      this.isFailing = false;
    } catch (error) {
      if (!this.isFailing) this.logger.warn(`Cannot read for words: ${(error as Error).name}`);
      this.isFailing = true;
      this.workIn(LOOK_MS);
    }
  }

  private restAfter(milliseconds: number): number {
    const { utilization } = performance.eventLoopUtilization(this.eventLoop);
    this.eventLoop = performance.eventLoopUtilization();
    const rest = milliseconds * (1 + REST_WHEN_BUSY * utilization);
    return Math.min(Math.max(PAUSE_MS, rest), MAX_REST_MS);
  }

  /** Answers how many wait no longer. */
  private async readSome(): Promise<number> {
    const taken = await this.repository.claim(MAX_BATCH_SIZE);
    if (taken.length === 0) return 0;
    const read: Read[] = [];
    let length = 0;
    for (const { content, ...message } of await this.repository.texts(taken)) {
      if (length > MAX_TEXT) break;
      read.push({ ...message, words: tokenize(content) });
      length += content.length;
    }
    await this.repository.keep(read);
    return this.repository.removeProcessed(taken);
  }
}

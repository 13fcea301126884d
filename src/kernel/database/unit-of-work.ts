import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { LockQueue, LockSet } from '../concurrency/lock-queue.js';
import { isConnectionError, isRetryable } from './sql-state.js';
import { KeyBusy, SessionLost, Transaction } from './transaction.js';
import { WaitQueue } from '../concurrency/wait-queue.js';

const ATTEMPTS = 5;
/** Share of the pool that units of work leave to reads and to sends. */
const FREE_SHARE = 0.4;
/** Units of work that wait for a connection. */
const MAX_WAITERS = 2_000;

/**
 * Transaction in AsyncLocalStorage: repositories called inside join it without a parameter. Effects registered with
 * `afterCommit` run after the commit and are dropped on rollback. Waiting for another unit of work takes no connection
 * (docs/decisions/0032).
 */
@Injectable()
export class UnitOfWork implements BeforeApplicationShutdown {
  private readonly logger = new Logger(UnitOfWork.name);
  private readonly scope = new AsyncLocalStorage<Transaction>();
  private readonly running = new Set<Promise<unknown>>();
  private readonly lockQueue = new LockQueue();
  private readonly permits: WaitQueue;

  constructor(
    private readonly dataSource: DataSource,
    { databasePoolSize }: Config,
  ) {
    const freeCount = Math.max(1, Math.ceil(databasePoolSize * FREE_SHARE));
    this.permits = new WaitQueue(Math.max(1, databasePoolSize - freeCount), MAX_WAITERS);
  }

  /** Current transaction, undefined outside a unit of work. */
  get current(): Transaction | undefined {
    return this.scope.getStore();
  }

  /** Runs the work in one transaction, the surrounding one if there is one. Repeats it after retryable errors. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.current) return work();
    const running = this.runWithLocks(work);
    this.running.add(running);
    try {
      return await running;
    } finally {
      this.running.delete(running);
    }
  }

  /**
   * Takes the in-process lock of a row before the current transaction waits for its row lock. While another unit of work
   * holds it, the work is rolled back and repeated. No effect outside of a unit of work.
   */
  lock(id: string): void {
    this.current?.lock(id);
  }

  /** Runs statements in autocommit mode that wait for the lock of a row, under the limits of units of work. */
  async runLocked<Result>(id: string, work: () => Promise<Result>): Promise<Result> {
    if (this.current) {
      this.current.lock(id);
      return work();
    }
    const locks = new LockSet(this.lockQueue);
    try {
      await locks.acquire(id);
      await this.permits.acquire(locks.deadline);
      try {
        return await work();
      } finally {
        this.permits.release();
      }
    } finally {
      locks.releaseAll();
    }
  }

  /**
   * Waits for all units of work. TypeORM releases connections inside open transactions when it closes, and a waiting
   * statement would then run in a transaction of other work.
   */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  /** Runs part of the surrounding work. A failure undoes its changes and effects, and the surrounding work can continue. */
  savepoint<Result>(work: () => Promise<Result>): Promise<Result> {
    const transaction = this.current!;
    const { afterCommit } = transaction;
    return this.runWithRetries(async () => {
      const client = await transaction.connect();
      const effectCount = afterCommit.length;
      await client.query('SAVEPOINT nested');
      try {
        const result = await work();
        await client.query('RELEASE SAVEPOINT nested');
        return result;
      } catch (error) {
        if (!isConnectionError(error))
          await client.query('ROLLBACK TO SAVEPOINT nested; RELEASE SAVEPOINT nested');
        afterCommit.length = effectCount;
        throw error;
      }
    });
  }

  /** Runs an effect after the commit of the surrounding unit of work, or at once outside of one. */
  afterCommit(effect: () => void): void {
    if (this.current) this.current.afterCommit.push(effect);
    else this.runEffect(effect);
  }

  /** Repeats work after a lost session, a deadlock or a serialization failure. */
  async runWithRetries<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === ATTEMPTS || !(error instanceof SessionLost || isRetryable(error))) throw error;
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  /** Keeps the locks of the work until its end, also between repetitions. */
  private async runWithLocks<Result>(work: () => Promise<Result>): Promise<Result> {
    const locks = new LockSet(this.lockQueue);
    try {
      for (;;) {
        try {
          return await this.runWithRetries(() => this.runTransaction(work, locks));
        } catch (error) {
          if (!(error instanceof KeyBusy)) throw error;
          await locks.acquire(error.key);
        }
      }
    } finally {
      locks.releaseAll();
    }
  }

  private async runTransaction<Result>(work: () => Promise<Result>, locks: LockSet): Promise<Result> {
    const transaction = new Transaction(this.dataSource, this.permits, locks);
    try {
      const result = await this.scope.run(transaction, work);
      await transaction.commit();
      transaction.afterCommit.forEach((effect) => this.runEffect(effect));
      return result;
    } catch (error) {
      throw await transaction.abort(error);
    } finally {
      await transaction.close();
    }
  }

  /** A failed effect does not fail the committed work. */
  private runEffect(effect: () => void): void {
    try {
      effect();
    } catch (error) {
      this.logger.error('An effect after the commit failed.', (error as Error).stack);
    }
  }
}

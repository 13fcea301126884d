import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { isConnectionError, isQueryTimeout, isRetryable } from './sql-state.js';

interface Transaction {
  runner: QueryRunner;
  client: PoolClient;
  afterCommit: (() => void)[];
}

const ATTEMPTS = 5;

/** The session ended before a commit, so the work can be repeated. */
export class SessionLost extends Error {
  constructor(cause: unknown) {
    super('Connection terminated before the commit.', { cause });
  }
}

/**
 * Transaction in AsyncLocalStorage: repositories called inside join it without a parameter. Effects registered with
 * `afterCommit` run after the commit and are dropped on rollback.
 */
@Injectable()
export class UnitOfWork implements BeforeApplicationShutdown {
  private readonly logger = new Logger(UnitOfWork.name);
  private readonly scope = new AsyncLocalStorage<Transaction>();
  private readonly running = new Set<Promise<unknown>>();

  constructor(private readonly dataSource: DataSource) {}

  /** Current transaction, undefined outside a unit of work. */
  get current(): Transaction | undefined {
    return this.scope.getStore();
  }

  /** Runs the work in one transaction, the surrounding one if there is one. Repeats it after retryable errors. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.current) return work();
    const running = this.runWithRetries(() => this.runTransaction(work));
    this.running.add(running);
    try {
      return await running;
    } finally {
      this.running.delete(running);
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
    const { client, afterCommit } = this.current!;
    return this.runWithRetries(async () => {
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

  private async runTransaction<Result>(work: () => Promise<Result>): Promise<Result> {
    const transaction = await this.connect();
    const { runner, client, afterCommit } = transaction;
    let isCommitting = false;
    try {
      await runner.startTransaction();
      const result = await this.scope.run(transaction, work);
      if (runner.isReleased) throw new SessionLost(undefined); // TypeORM releases a runner whose connection has ended
      isCommitting = true;
      await runner.commitTransaction();
      afterCommit.forEach((effect) => this.runEffect(effect));
      return result;
    } catch (error) {
      const isLost = isConnectionError(error);
      if (isLost || !(await this.rollBack(runner))) void client.end(); // the connection must not return to the pool
      throw isLost && !isCommitting && !isQueryTimeout(error) ? new SessionLost(error) : error;
    } finally {
      await runner.release();
    }
  }

  private async connect(): Promise<Transaction> {
    const runner = this.dataSource.createQueryRunner();
    try {
      return { runner, client: (await runner.connect()) as PoolClient, afterCommit: [] };
    } catch (error) {
      await runner.release();
      throw error;
    }
  }

  private async rollBack(runner: QueryRunner): Promise<boolean> {
    try {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      return true;
    } catch (error) {
      this.logger.warn(`Rollback failed: ${(error as Error).name}`);
      return false;
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

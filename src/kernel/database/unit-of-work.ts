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

/** The session ended before anything was committed: the same work may be done again. */
export class SessionLost extends Error {
  constructor(cause: unknown) {
    super('Connection terminated before anything was committed.', { cause });
  }
}

/**
 * One transaction that every repository called inside joins, without a parameter. What was said with `afterCommit`
 * happens once the transaction is durable, and never when it is rolled back.
 */
@Injectable()
export class UnitOfWork implements BeforeApplicationShutdown {
  private readonly logger = new Logger(UnitOfWork.name);
  private readonly scope = new AsyncLocalStorage<Transaction>();
  private readonly running = new Set<Promise<unknown>>();

  constructor(private readonly dataSource: DataSource) {}

  /** The transaction of the running work, if there is one. */
  get current(): Transaction | undefined {
    return this.scope.getStore();
  }

  /** Runs the work in one transaction (joining the surrounding one), again when the database asks for it. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.current) return work();
    const running = this.retrying(() => this.transact(work));
    this.running.add(running);
    try {
      return await running;
    } finally {
      this.running.delete(running);
    }
  }

  /**
   * What nobody waits for is finished too: TypeORM, when it is closed, gives back connections in the middle of their
   * transactions, and who waits for one would go on in what is not theirs.
   */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.running);
  }

  /** A part of the surrounding work: when it fails, what it changed and said is undone, and the rest may go on. */
  savepoint<Result>(work: () => Promise<Result>): Promise<Result> {
    const { client, afterCommit } = this.current!;
    return this.retrying(async () => {
      const said = afterCommit.length;
      await client.query('SAVEPOINT part');
      try {
        const result = await work();
        await client.query('RELEASE SAVEPOINT part');
        return result;
      } catch (error) {
        if (!isConnectionError(error))
          await client.query('ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part');
        afterCommit.length = said;
        throw error;
      }
    });
  }

  /** Does it now, or after the commit of the surrounding unit of work. */
  afterCommit(effect: () => void): void {
    if (this.current) this.current.afterCommit.push(effect);
    else this.carryOut(effect);
  }

  /** Repeats what failed only because somebody else was faster. */
  async retrying<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === ATTEMPTS || !(error instanceof SessionLost || isRetryable(error))) throw error;
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  private async transact<Result>(work: () => Promise<Result>): Promise<Result> {
    const transaction = await this.connect();
    const { runner, client, afterCommit } = transaction;
    let isCommitting = false;
    try {
      await runner.startTransaction();
      const result = await this.scope.run(transaction, work);
      if (runner.isReleased) throw new SessionLost(undefined); // by TypeORM, because the connection has ended
      isCommitting = true;
      await runner.commitTransaction();
      afterCommit.forEach((effect) => this.carryOut(effect));
      return result;
    } catch (error) {
      const isLost = isConnectionError(error);
      if (isLost || !(await this.rollBack(runner))) void client.end(); // nobody else may get this connection
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

  /** What is committed stays so, whatever becomes of its effects. */
  private carryOut(effect: () => void): void {
    try {
      effect();
    } catch (error) {
      this.logger.error('An effect of committed work failed.', (error as Error).stack);
    }
  }
}

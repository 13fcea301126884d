import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource, type QueryRunner } from 'typeorm';
import { isConnectionError, isWorthRetrying } from './sql-state.js';

interface Transaction {
  runner: QueryRunner;
  client: PoolClient;
  afterCommit: (() => void)[];
}

const ATTEMPTS = 5;

/**
 * One transaction that every repository called inside joins, without a parameter. What was said with `afterCommit`
 * happens once the transaction is durable, and never when it is rolled back.
 */
@Injectable()
export class UnitOfWork {
  private readonly logger = new Logger(UnitOfWork.name);
  private readonly scope = new AsyncLocalStorage<Transaction>();

  constructor(private readonly dataSource: DataSource) {}

  /** The transaction of the running work, if there is one. */
  get current(): Transaction | undefined {
    return this.scope.getStore();
  }

  /** Runs the work in one transaction (joining the surrounding one), again when the database asks for it. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.current ? work() : this.retrying(() => this.transact(work));
  }

  /** Does it now, or after the commit of the surrounding unit of work. */
  afterCommit(effect: () => void): void {
    if (this.current) this.current.afterCommit.push(effect);
    else effect();
  }

  /** Repeats what failed only because somebody else was faster. */
  async retrying<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === ATTEMPTS || !isWorthRetrying(error)) throw error;
        await sleep(Math.random() * 10 * 2 ** attempt);
      }
    }
  }

  private async transact<Result>(work: () => Promise<Result>): Promise<Result> {
    const transaction = await this.begin();
    try {
      const result = await this.scope.run(transaction, work);
      await transaction.runner.commitTransaction();
      transaction.afterCommit.forEach((effect) => effect());
      return result;
    } catch (error) {
      if (transaction.runner.isTransactionActive) {
        await transaction.runner
          .rollbackTransaction()
          .catch((failure: unknown) => this.logger.warn(`Rollback failed: ${String(failure)}`));
      }
      throw error;
    } finally {
      await transaction.runner.release();
    }
  }

  /** A connection that died while it lay idle is found out here, where nothing has happened yet, so we take another. */
  private async begin(lastTry = false): Promise<Transaction> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as PoolClient;
      await runner.startTransaction();
      return { runner, client, afterCommit: [] };
    } catch (error) {
      await runner.release();
      if (lastTry || !isConnectionError(error)) throw error;
      return this.begin(true);
    }
  }
}

import type { PoolClient } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import type { LockSet } from '../concurrency/lock-queue.js';
import { isConnectionError, isQueryTimeout } from './sql-state.js';
import type { WaitQueue } from '../concurrency/wait-queue.js';

/** The session ended before a commit, so the work can be repeated. */
export class SessionLost extends Error {
  constructor(cause: unknown) {
    super('Connection terminated before the commit.', { cause });
  }
}

/** Another unit of work of this process holds the key. The work is repeated when it holds the key itself. */
export class KeyBusy extends Error {
  constructor(readonly key: string) {
    super('The key is held by another unit of work.');
  }
}

/**
 * Transaction of a unit of work. It takes its connection with the first statement, and one of the permits that keep a
 * part of the pool free.
 */
export class Transaction {
  readonly afterCommit: (() => void)[] = [];
  private opening?: Promise<PoolClient>;
  private runner?: QueryRunner;
  private client?: PoolClient;
  private hasPermit = false;
  private isClosed = false;
  private isCommitting = false;
  private keyBusy?: KeyBusy;

  constructor(
    private readonly dataSource: DataSource,
    private readonly permits: WaitQueue,
    private readonly locks: LockSet,
  ) {}

  /** Connection in the open transaction. Throws once the transaction is to be repeated. */
  async connect(): Promise<PoolClient> {
    if (this.keyBusy) throw this.keyBusy;
    if (this.isClosed) throw new Error('A statement was not awaited by its unit of work.');
    return (this.opening ??= this.open());
  }

  /** Takes the key until the end of the unit of work, or ends the transaction, which must not wait on a connection. */
  lock(key: string): void {
    if (this.locks.tryAcquire(key)) return;
    this.keyBusy ??= new KeyBusy(key);
    throw this.keyBusy;
  }

  /** Without a statement there is nothing to commit. */
  async commit(): Promise<void> {
    if (this.keyBusy) throw this.keyBusy; // the work caught the error
    if (!this.opening) return;
    await this.opening;
    if (this.runner!.isReleased) throw new SessionLost(undefined); // TypeORM releases a runner whose connection has ended
    this.isCommitting = true;
    await this.runner!.commitTransaction();
  }

  /** Undoes all changes after an error. Returns the error to report. */
  async abort(error: unknown): Promise<unknown> {
    await this.opening?.catch(() => undefined);
    const isLost = this.client !== undefined && isConnectionError(error);
    if (this.client && (isLost || !(await this.tryRollBack()))) void this.client.end(); // must not return to the pool
    if (this.keyBusy) return this.keyBusy;
    return isLost && !this.isCommitting && !isQueryTimeout(error) ? new SessionLost(error) : error;
  }

  /** Returns connection and permit. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.runner?.release();
    if (this.hasPermit) this.permits.release();
  }

  private async open(): Promise<PoolClient> {
    await this.permits.acquire(this.locks.deadline);
    this.hasPermit = true;
    this.runner = this.dataSource.createQueryRunner();
    this.client = (await this.runner.connect()) as PoolClient;
    await this.runner.startTransaction();
    return this.client;
  }

  private async tryRollBack(): Promise<boolean> {
    try {
      if (this.runner!.isTransactionActive) await this.runner!.rollbackTransaction();
      return true;
    } catch {
      return false;
    }
  }
}

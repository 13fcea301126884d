import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { isConnectionError } from '../database/sql-state.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { FailureLog } from '../logging/failure-log.js';
import { Poller } from './poller.js';
import { isRecurring, recurringJob, type Job } from './job.js';
import { JobStore, type ClaimedJob } from './job-store.js';

interface Worker {
  job: Job;
  handle: (data: never) => Promise<unknown>;
  /** Time of the next insertion of a recurring job, by the monotonic clock. */
  nextInsertAt: number;
  running?: Promise<void>;
}

const POLL_MS = 500;
const MAX_BACKOFF_MS = 2_000;
/** Delay of the poll after the start and after the commit of an enqueued job. */
const WAKE_DELAY_MS = 20;
const FIRST_RECURRING_MS = 30_000;

const maintenance = recurringJob('jobs.maintain', { everySeconds: 300 });

/**
 * Durable jobs in PostgreSQL, which survive a restart and run on one of the nodes. Each node polls all queues with one
 * statement and runs the jobs of a queue one after the other.
 */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Jobs.name);
  private readonly workers = new Map<string, Worker>();
  private readonly poller = new Poller(
    { intervalMs: POLL_MS, maxBackoffMs: MAX_BACKOFF_MS },
    new FailureLog(this.logger, 'Job polling', isConnectionError),
    () => this.poll(),
  );
  private readonly executionFailures = new FailureLog(this.logger, 'Job execution', isConnectionError);

  constructor(
    private readonly store: JobStore,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  /**
   * Adds a job that is due now, in the surrounding unit of work if there is one. A queue has at most one waiting job per
   * key; a second one is not added.
   */
  async enqueue<Data extends object>(job: Job<Data>, data: Data, key?: string): Promise<void> {
    await this.insertJob(job, data, key);
    this.unitOfWork.afterCommit(() => this.poller.wake(WAKE_DELAY_MS));
  }

  /** Adds a job that is due at this time of the database clock; otherwise like `enqueue`. */
  async schedule<Data extends object>(job: Job<Data>, data: Data, at: Date, key?: string): Promise<void> {
    await this.insertJob(job, data, key, at);
    if (at.getTime() <= Date.now()) this.unitOfWork.afterCommit(() => this.poller.wake(WAKE_DELAY_MS));
  }

  /** Registers the handler of a queue. Called before the application has started. */
  registerHandler<Data extends object>(job: Job<Data>, handle: (data: Data) => Promise<unknown>): void {
    const nextInsertAt = performance.now() + FIRST_RECURRING_MS;
    this.workers.set(job.name, { job, handle, nextInsertAt });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.store.validateSchema();
    this.registerHandler(maintenance, () => this.store.maintain());
    this.poller.start(WAKE_DELAY_MS);
  }

  /** Waits for running jobs while the sockets are still open. Waiting jobs stay for other nodes. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.poller.stop();
    for (const { running } of this.workers.values()) await running;
  }

  private async poll(): Promise<void> {
    await this.insertRecurringJobs();
    const due = await this.store.listDueQueues([...this.workers.keys()]);
    if (this.poller.isLive) for (const name of due) this.startWorker(this.workers.get(name)!);
  }

  private async insertRecurringJobs(): Promise<void> {
    for (const worker of this.workers.values()) {
      if (!isRecurring(worker.job) || worker.nextInsertAt > performance.now()) continue;
      await this.store.insertRecurring(worker.job);
      worker.nextInsertAt = performance.now() + worker.job.everySeconds * 1_000;
    }
  }

  private startWorker(worker: Worker): void {
    worker.running ??= this.runDueJobs(worker).finally(() => (worker.running = undefined));
  }

  private async runDueJobs(worker: Worker): Promise<void> {
    const isRecurringJob = isRecurring(worker.job);
    try {
      while (
        this.poller.isLive &&
        (await (isRecurringJob ? this.runRecurringJob(worker) : this.runJob(worker)))
      );
      this.executionFailures.recordSuccess();
    } catch (error) {
      if (this.poller.isLive) this.executionFailures.recordFailure(error);
    }
  }

  /** Claims, runs and completes a job in one transaction. A failure before the commit leaves the job unchanged. False when none is due. */
  private runJob({ job, handle }: Worker): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      const claimed = await this.store.claim(job.name);
      if (!claimed) return false;
      try {
        await this.unitOfWork.savepoint(() => handle(claimed.data as never));
      } catch (error) {
        if (isConnectionError(error)) throw error;
        await this.failJob(claimed, error);
        return true;
      }
      await this.store.complete(claimed);
      return true;
    });
  }

  private async runRecurringJob({ job, handle }: Worker): Promise<boolean> {
    const claimed = await this.store.claim(job.name);
    if (!claimed) return false;
    try {
      await handle(claimed.data as never);
    } catch (error) {
      await this.failJob(claimed, error);
      return true;
    }
    await this.store.complete(claimed);
    return true;
  }

  private async insertJob({ name }: Job, data: object, key?: string, at?: Date): Promise<void> {
    const isInserted = await this.store.insert(name, data, key ?? newId(), at);
    if (!isInserted && key === undefined) throw new Error(`The queue ${name} does not exist.`);
  }

  private async failJob(claimed: ClaimedJob, error: unknown): Promise<void> {
    const { name, id, retryCount, retryLimit } = claimed;
    await this.store.fail(claimed, error);
    const text = `Job ${name} ${id} failed, try ${retryCount + 1} of ${retryLimit + 1}`;
    const stack = error instanceof Error ? error.stack : undefined;
    this.unitOfWork.afterCommit(() => this.logger.error(text, stack));
  }
}

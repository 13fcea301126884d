import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { isConnectionError } from '../database/sql-state.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { FailureLog } from '../scheduling/failure-log.js';
import { Poller } from '../scheduling/poller.js';
import { isRecurring, recurringJob, type Job } from './job.js';
import { JobStore, type TakenJob } from './job-store.js';

interface Worker {
  job: Job;
  handle: (data: never) => Promise<unknown>;
  /** When a recurring one is wanted next. */
  wantedAt: number;
  running?: Promise<void>;
}

interface When {
  /** Not before this, by the database's clock. */
  at?: Date;
  /** One job waits under a key at most: another one is not added to it. */
  key?: string;
}

const POLL_MS = 500;
const MAX_BACKOFF_MS = 2_000;
/** After the start, and after the commit of a job that is due at once. */
const SOON_MS = 20;
const FIRST_RECURRING_MS = 30_000;

const maintain = recurringJob('jobs.maintain', { everySeconds: 300 });

/**
 * What has to happen later, kept in the database: it survives a restart, and runs on one of the nodes. Every node looks
 * what is due, with one statement for all queues; each queue is worked off one job after the other.
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

  /** Adds a job, in the transaction of the surrounding unit of work if there is one. */
  async enqueue<Data extends object>({ name }: Job<Data>, data: Data, { at, key }: When = {}): Promise<void> {
    const isAdded = await this.store.add(name, data, key ?? newId(), at);
    if (!isAdded && key === undefined) throw new Error(`No migration has made the queue ${name}.`);
    if (!at || at.getTime() <= Date.now()) this.unitOfWork.afterCommit(() => this.poller.wake(SOON_MS));
  }

  /** Says who does the jobs of a queue; to be called while the application starts. */
  registerHandler<Data extends object>(job: Job<Data>, handle: (data: Data) => Promise<unknown>): void {
    const wantedAt = performance.now() + FIRST_RECURRING_MS;
    this.workers.set(job.name, { job, handle, wantedAt });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.store.check();
    this.registerHandler(maintain, () => this.store.maintain());
    this.poller.start(SOON_MS);
  }

  /** What runs is finished, while there are still sockets to tell of it; the rest stays for others. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.poller.stop();
    for (const { running } of this.workers.values()) await running;
  }

  private async poll(): Promise<void> {
    await this.addRecurring();
    const due = await this.store.due([...this.workers.keys()]);
    if (this.poller.isLive) for (const name of due) this.start(this.workers.get(name)!);
  }

  private async addRecurring(): Promise<void> {
    for (const worker of this.workers.values()) {
      if (!isRecurring(worker.job) || worker.wantedAt > performance.now()) continue;
      await this.store.addToSpan(worker.job);
      worker.wantedAt = performance.now() + worker.job.everySeconds * 1_000;
    }
  }

  private start(worker: Worker): void {
    worker.running ??= this.workOff(worker).finally(() => (worker.running = undefined));
  }

  private async workOff(worker: Worker): Promise<void> {
    const isOutside = isRecurring(worker.job);
    try {
      while (this.poller.isLive && (await (isOutside ? this.runOutside(worker) : this.runInside(worker))));
      this.executionFailures.recordSuccess();
    } catch (error) {
      if (this.poller.isLive) this.executionFailures.recordFailure(error);
    }
  }

  /** Taken, done and completed in one transaction: whatever ends it before its commit leaves the job as it was. */
  private runInside({ job, handle }: Worker): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      const taken = await this.store.take(job.name);
      if (!taken) return false;
      try {
        await this.unitOfWork.savepoint(() => handle(taken.data as never));
      } catch (error) {
        if (isConnectionError(error)) throw error;
        await this.fail(taken, error);
        return true;
      }
      await this.store.complete(taken);
      return true;
    });
  }

  private async runOutside({ job, handle }: Worker): Promise<boolean> {
    const taken = await this.store.take(job.name);
    if (!taken) return false;
    try {
      await handle(taken.data as never);
    } catch (error) {
      await this.fail(taken, error);
      return true;
    }
    await this.store.complete(taken);
    return true;
  }

  private async fail(taken: TakenJob, error: unknown): Promise<void> {
    const { name, id, retryCount, retryLimit } = taken;
    await this.store.fail(taken, error);
    const text = `Job ${name} ${id} failed, try ${retryCount + 1} of ${retryLimit + 1}`;
    const stack = error instanceof Error ? error.stack : undefined;
    this.unitOfWork.afterCommit(() => this.logger.error(text, stack));
  }
}

import type { FailureLog } from '../logging/failure-log.js';

/** Share of the interval by which a pause is shortened at random, so that nodes do not poll in step. */
const JITTER = 0.1;

export interface PollerOptions {
  /** Milliseconds between two runs. Infinity: it runs only after `wake`. */
  intervalMs: number;
  /** Longest pause after failures in milliseconds; the pause doubles from `intervalMs`. Default: `intervalMs`. */
  maxBackoffMs?: number;
}

/**
 * Repeats an activity, one run at a time, until it is stopped. A run returns the milliseconds until the next run, or
 * nothing for the interval. A failure is logged and followed by a pause that grows.
 */
export class Poller {
  private timer?: NodeJS.Timeout;
  private dueAt = Infinity;
  private current?: Promise<void>;
  private failures = 0;
  private live = false;

  constructor(
    private readonly options: PollerOptions,
    private readonly failureLog: FailureLog,
    private readonly run: () => Promise<number | void> | void,
  ) {}

  get isLive(): boolean {
    return this.live;
  }

  start(delayMs = this.nextPause()): void {
    this.live = true;
    this.wake(delayMs);
  }

  /** Runs after the delay, unless a run is due before. A call during a run leads to a further run. */
  wake(delayMs = 0): void {
    const dueAt = performance.now() + delayMs;
    if (!this.live || dueAt >= this.dueAt) return;
    this.dueAt = dueAt;
    if (!this.current) this.schedule();
  }

  /** Starts no further run and resolves when the current one has ended. */
  async stop(): Promise<void> {
    this.live = false;
    clearTimeout(this.timer);
    await this.current;
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (!this.live || this.dueAt === Infinity) return;
    const delayMs = Math.max(0, this.dueAt - performance.now());
    this.timer = setTimeout(() => {
      this.current = this.runOnce().finally(() => {
        this.current = undefined;
        this.schedule();
      });
    }, delayMs).unref();
  }

  private async runOnce(): Promise<void> {
    this.dueAt = Infinity;
    let pauseMs: number | void = undefined;
    try {
      pauseMs = await this.run();
      this.failures = 0;
      this.failureLog.recordSuccess();
    } catch (error) {
      this.failures++;
      if (this.live) this.failureLog.recordFailure(error);
    }
    this.dueAt = Math.min(this.dueAt, performance.now() + (pauseMs ?? this.nextPause()));
  }

  private nextPause(): number {
    const { intervalMs, maxBackoffMs = intervalMs } = this.options;
    const pauseMs = Math.min(
      intervalMs * 2 ** Math.max(0, this.failures - 1),
      Math.max(intervalMs, maxBackoffMs),
    );
    return pauseMs * (1 - JITTER * Math.random());
  }
}

import { rateLimited } from '../errors/base.errors.js';
import { Turns } from './turns.js';

const RETRY_AFTER_MS = 1_000;

interface FairQueueLimits {
  /** Running tasks. */
  concurrency: number;
  /** Running tasks of one key. */
  concurrencyPerKey: number;
  /** Waiting tasks; the same number of preferred tasks may wait besides. */
  maxWaiting: number;
  /** Waiting tasks of one key. Default: maxWaiting for all. */
  maxWaitingPerKey?: number;
}

/** Waiting task. */
interface Turn {
  key: string;
  isPreferred: boolean;
  start: () => void;
  reject: (error: Error) => void;
}

/**
 * Runs expensive tasks of this process, a few at a time and the keys in turns, so that no key delays the others. Preferred
 * tasks and the others alternate. A task beyond the queue is rejected with `rate_limited`: the newest task of the key with
 * the most waiting ones.
 */
export class FairQueue {
  private readonly preferred = new Turns<Turn>();
  private readonly usual = new Turns<Turn>();
  private readonly running = new Map<string, number>();
  private runningCount = 0;
  private isPreferredNext = true;

  constructor(private readonly limits: FairQueueLimits) {}

  async run<Result>(key: string, task: () => Promise<Result>, isPreferred = false): Promise<Result> {
    const tasks = isPreferred ? this.preferred : this.usual;
    const { maxWaiting, maxWaitingPerKey = Infinity } = this.limits;
    if (tasks.countOf(key) >= maxWaitingPerKey) throw queueFull();
    await new Promise<void>((start, reject) => {
      tasks.push(key, { key, isPreferred, start, reject });
      this.startTurns();
      if (tasks.length > maxWaiting) tasks.popLongest().reject(queueFull());
    });
    try {
      return await task();
    } finally {
      this.endTurn(key);
    }
  }

  private startTurns(): void {
    const canStart = (key: string): boolean => (this.running.get(key) ?? 0) < this.limits.concurrencyPerKey;
    while (this.runningCount < this.limits.concurrency) {
      const order = this.isPreferredNext ? [this.preferred, this.usual] : [this.usual, this.preferred];
      const turn = order[0]!.shift(canStart) ?? order[1]!.shift(canStart);
      if (!turn) return;
      this.isPreferredNext = !turn.isPreferred;
      this.runningCount++;
      this.running.set(turn.key, (this.running.get(turn.key) ?? 0) + 1);
      turn.start();
    }
  }

  private endTurn(key: string): void {
    const remaining = this.running.get(key)! - 1;
    if (remaining > 0) this.running.set(key, remaining);
    else this.running.delete(key);
    this.runningCount--;
    this.startTurns();
  }
}

function queueFull(): Error {
  return rateLimited({ retryAfterMs: RETRY_AFTER_MS, reason: 'queue full' });
}

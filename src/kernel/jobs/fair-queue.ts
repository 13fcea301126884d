import { rateLimited } from '../errors/base.errors.js';

const RETRY_AFTER_MS = 1_000;

interface FairQueueLimits {
  /** Running tasks. */
  concurrency: number;
  /** Running tasks of one key. */
  concurrencyPerKey: number;
  /** Waiting tasks; the same number of preferred tasks may wait besides. */
  maxWaiting: number;
  /** Waiting tasks of one key. Default: maxWaiting. */
  maxWaitingPerKey?: number;
}

/** Start of a waiting task. */
interface Turn {
  key: string;
  start: () => void;
}

/**
 * Runs expensive tasks of this process, a few at a time and the keys in turns, so that no key delays the others. Preferred
 * tasks come first. A task beyond the queue is rejected with `rate_limited`.
 */
export class FairQueue {
  private readonly preferred = new WaitingTasks();
  private readonly usual = new WaitingTasks();
  private readonly running = new Map<string, number>();
  private runningCount = 0;

  constructor(private readonly limits: FairQueueLimits) {}

  async run<Result>(key: string, task: () => Promise<Result>, isPreferred = false): Promise<Result> {
    const tasks = isPreferred ? this.preferred : this.usual;
    const { maxWaiting, maxWaitingPerKey = maxWaiting } = this.limits;
    if (tasks.length >= maxWaiting || tasks.countOf(key) >= maxWaitingPerKey)
      throw rateLimited(undefined, { retryAfterMs: RETRY_AFTER_MS }, 'queue full');
    await new Promise<void>((start) => {
      tasks.push({ key, start });
      this.startTurns();
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
      const turn = this.preferred.shift(canStart) ?? this.usual.shift(canStart);
      if (!turn) return;
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

/** Waiting tasks by key; the keys in the order of their turns. */
class WaitingTasks {
  length = 0;
  private readonly turns = new Map<string, Turn[]>();

  push(turn: Turn): void {
    const waiting = this.turns.get(turn.key);
    if (waiting) waiting.push(turn);
    else this.turns.set(turn.key, [turn]);
    this.length++;
  }

  countOf(key: string): number {
    return this.turns.get(key)?.length ?? 0;
  }

  /** First turn of the first key that can start; the key goes to the end. */
  shift(canStart: (key: string) => boolean): Turn | undefined {
    for (const [key, waiting] of this.turns) {
      if (!canStart(key)) continue;
      const turn = waiting.shift();
      this.turns.delete(key);
      if (waiting.length > 0) this.turns.set(key, waiting);
      this.length--;
      return turn;
    }
    return undefined;
  }
}

import { overloaded } from '../errors/base.errors.js';

/** Waiting acquirer of a permit. */
interface Waiter {
  resolve: () => void;
  timer: NodeJS.Timeout;
}

/**
 * Fair semaphore of this process: a number of permits, and a queue with a limit and deadlines. A waiter holds no database
 * connection.
 */
export class WaitQueue {
  private readonly waiters = new Set<Waiter>();
  private activeCount = 0;

  constructor(
    private readonly permits: number,
    private readonly maxWaiters: number,
  ) {}

  /** True when no permit is taken. */
  get isIdle(): boolean {
    return this.activeCount === 0;
  }

  tryAcquire(): boolean {
    if (this.activeCount >= this.permits) return false;
    this.activeCount++;
    return true;
  }

  /** Takes a permit, after those who came before. Throws 503 when the queue is full or the deadline passes. */
  async acquire(deadline: number): Promise<void> {
    if (this.tryAcquire()) return;
    if (this.waiters.size >= this.maxWaiters) throw overloaded();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => {
          this.waiters.delete(waiter);
          reject(overloaded());
        },
        Math.max(0, deadline - performance.now()),
      );
      const waiter = { resolve, timer };
      this.waiters.add(waiter);
    });
  }

  /** Passes the permit to the first waiter, if any. */
  release(): void {
    const [next] = this.waiters;
    if (!next) {
      this.activeCount--;
      return;
    }
    this.waiters.delete(next);
    clearTimeout(next.timer);
    next.resolve();
  }
}

import { WaitQueue } from './wait-queue.js';

/** Maximum wait of one unit of work for locks and connections of this process, in milliseconds. */
const MAX_WAIT_MS = 8_000;
/** Units of work that wait for one key. */
const MAX_WAITERS_PER_KEY = 2_000;

/**
 * Locks of this process, one for each id of a row that changes lock in PostgreSQL. Only the holder of a key waits for the
 * row lock on a connection, so a hot or locked row occupies one connection, not the pool.
 */
export class LockQueue {
  private readonly queues = new Map<string, WaitQueue>();

  /** Number of keys that are held or waited for. */
  get size(): number {
    return this.queues.size;
  }

  tryAcquire(key: string): boolean {
    return this.findOrCreateQueue(key).tryAcquire();
  }

  acquire(key: string, deadline: number): Promise<void> {
    return this.findOrCreateQueue(key).acquire(deadline);
  }

  release(key: string): void {
    const queue = this.queues.get(key)!;
    queue.release();
    if (queue.isIdle) this.queues.delete(key);
  }

  private findOrCreateQueue(key: string): WaitQueue {
    const existing = this.queues.get(key);
    if (existing) return existing;
    const queue = new WaitQueue(1, MAX_WAITERS_PER_KEY);
    this.queues.set(key, queue);
    return queue;
  }
}

/** Keys that one unit of work holds, and the deadline of its waits. */
export class LockSet {
  private readonly keys = new Set<string>();
  private waitingSince?: number;

  constructor(private readonly queue: LockQueue) {}

  /** End of all waits of the unit of work, by the monotonic clock. Starts with the first wait. */
  get deadline(): number {
    return (this.waitingSince ??= performance.now()) + MAX_WAIT_MS;
  }

  /** Takes the key unless another unit of work holds it. */
  tryAcquire(key: string): boolean {
    if (this.keys.has(key)) return true;
    if (!this.queue.tryAcquire(key)) return false;
    this.keys.add(key);
    return true;
  }

  /**
   * Takes one more key, waiting for it. All keys are released before and taken in one order, so that waits cannot form
   * a cycle.
   */
  async acquire(key: string): Promise<void> {
    const keys = [...this.keys, key].sort();
    this.releaseAll();
    for (const each of keys) {
      await this.queue.acquire(each, this.deadline);
      this.keys.add(each);
    }
  }

  releaseAll(): void {
    for (const key of this.keys) this.queue.release(key);
    this.keys.clear();
  }
}

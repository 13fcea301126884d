import { LRUCache } from 'lru-cache';
import { rateLimited } from '../errors/base.errors.js';

const MAX_KEYS = 100_000;
/** Added to the wait before the next attempt by each attempt beyond the free ones. */
const WAIT_STEP_MS = 100;
const MAX_WAIT_MS = 60_000;

/** Cancels the count of an attempt. */
export type GiveBack = () => void;

interface Attempts {
  count: number;
  retryAt: number;
}

/** Attempts of each key: some are free, then the wait before the next one grows up to a minute. */
export class AttemptLimit {
  private readonly attempts: LRUCache<string, Attempts>;

  constructor(
    private readonly freeCount: number,
    ttl: number,
  ) {
    this.attempts = new LRUCache<string, Attempts>({ max: MAX_KEYS, ttl });
  }

  requirePermitted(key: string): void {
    const waitMs = (this.attempts.get(key)?.retryAt ?? 0) - Date.now();
    if (waitMs > 0) throw rateLimited('Too many attempts.', { retryAfterMs: waitMs, reason: 'attempts' });
  }

  count(key: string): void {
    const count = (this.attempts.get(key)?.count ?? 0) + 1;
    const waitMs = Math.max(0, count + 1 - this.freeCount) * WAIT_STEP_MS;
    this.attempts.set(key, { count, retryAt: Date.now() + Math.min(MAX_WAIT_MS, waitMs) });
  }

  take(key: string): GiveBack {
    this.requirePermitted(key);
    this.count(key);
    return () => {
      const entry = this.attempts.get(key);
      if (entry) this.attempts.set(key, { count: entry.count - 1, retryAt: 0 });
    };
  }

  reset(key: string): void {
    this.attempts.delete(key);
  }
}

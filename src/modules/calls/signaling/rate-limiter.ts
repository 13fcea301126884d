import { LRUCache } from 'lru-cache';

/** Signals of one source at once. */
const BURST = 100;
const PER_SECOND = 50;
/** Milliseconds after which an empty bucket is full. */
const REFILL_MS = (BURST / PER_SECOND) * 1_000;
/** Number of sources; beyond it the bucket unused for longest is dropped, which counts as full. */
const MAX_CACHED = 50_000;

interface Bucket {
  tokens: number;
  /** Monotonic clock of this process, in milliseconds. */
  updatedAt: number;
}

/** Token bucket of each source of signals. A bucket is dropped once it is full again. */
export class SignalingRateLimiter {
  private readonly buckets = new LRUCache<string, Bucket>({
    max: MAX_CACHED,
    ttl: REFILL_MS,
    ttlResolution: 0,
  });

  /** Takes a token: 0, or the milliseconds until the next token is there. */
  consume(source: string): number {
    const now = performance.now();
    const { tokens, updatedAt } = this.buckets.get(source) ?? { tokens: BURST, updatedAt: now };
    const available = Math.min(BURST, tokens + ((now - updatedAt) / 1_000) * PER_SECOND);
    const isAllowed = available >= 1;
    this.buckets.set(source, { tokens: isAllowed ? available - 1 : available, updatedAt: now });
    return isAllowed ? 0 : Math.ceil(((1 - available) / PER_SECOND) * 1_000);
  }
}

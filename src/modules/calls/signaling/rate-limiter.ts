/** So many at once … */
const BURST = 100;
/** … and then so many in a second. */
const PER_SECOND = 50;
/** Of more devices at once, those that have been quiet for longest start afresh. */
const MAX_CACHED = 50_000;

interface Bucket {
  left: number;
  /** By the clock of this process. */
  at: number;
}

/** How fast signals may come from one source: a token bucket for each, kept only until it is full again. */
export class SignalingRateLimiter {
  /** The quietest first. */
  private readonly buckets = new Map<string, Bucket>();

  /** Takes one; or answers after how many milliseconds there is one again. */
  consume(source: string): number {
    const now = performance.now();
    const { left, at } = this.buckets.get(source) ?? { left: BURST, at: now };
    const there = Math.min(BURST, left + ((now - at) / 1_000) * PER_SECOND);
    const isEnough = there >= 1;
    this.keep(source, { left: isEnough ? there - 1 : there, at: now });
    return isEnough ? 0 : Math.ceil(((1 - there) / PER_SECOND) * 1_000);
  }

  private keep(source: string, bucket: Bucket): void {
    this.buckets.delete(source);
    this.buckets.set(source, bucket);
    const full = bucket.at - (BURST / PER_SECOND) * 1_000;
    for (const [quietest, { at }] of this.buckets) {
      if (at > full && this.buckets.size <= MAX_CACHED) break;
      this.buckets.delete(quietest);
    }
  }
}

import { SignalingRateLimiter } from './rate-limiter.js';

describe('The rate limit of signals', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is 100 at once and 50 per second for each source, and full buckets are dropped', () => {
    let now = 1_000_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const rate = new SignalingRateLimiter();
    const consumed = (source: string): number => {
      let count = 0;
      while (rate.consume(source) === 0) count++;
      return count;
    };
    expect([consumed('a'), consumed('b'), rate.consume('a')]).toEqual([100, 100, 20]);
    now += 20;
    expect([rate.consume('a'), rate.consume('a')]).toEqual([0, 20]);
    now += 1_000;
    expect(consumed('a')).toBe(50);
    now += 10_000;
    expect(consumed('b')).toBe(100);
    expect([...(rate as unknown as { buckets: Map<string, object> }).buckets.keys()]).toEqual(['b']);
  });

  it('is limited to a number of sources', () => {
    const rate = new SignalingRateLimiter();
    for (let source = 0; source < 50_010; source++) rate.consume(String(source));
    expect((rate as unknown as { buckets: Map<string, object> }).buckets.size).toBe(50_000);
  });
});

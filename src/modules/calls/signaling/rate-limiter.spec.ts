import { SignalingRateLimiter } from './rate-limiter.js';

describe('The rate of signals', () => {
  afterEach(() => jest.restoreAllMocks());

  it('is 100 at once and 50 a second for each source, and is forgotten when nothing is left to know', () => {
    let now = 1_000_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const rate = new SignalingRateLimiter();
    const taken = (source: string): number => {
      let count = 0;
      while (rate.consume(source) === 0) count++;
      return count;
    };
    expect([taken('a'), taken('b'), rate.consume('a')]).toEqual([100, 100, 20]);
    now += 20;
    expect([rate.consume('a'), rate.consume('a')]).toEqual([0, 20]);
    now += 1_000;
    expect(taken('a')).toBe(50);
    now += 10_000;
    expect(taken('b')).toBe(100);
    expect([...(rate as unknown as { buckets: Map<string, object> }).buckets.keys()]).toEqual(['b']);
  });

  it('is kept of so many sources at most', () => {
    const rate = new SignalingRateLimiter();
    for (let source = 0; source < 50_010; source++) rate.consume(String(source));
    expect((rate as unknown as { buckets: Map<string, object> }).buckets.size).toBe(50_000);
  });
});

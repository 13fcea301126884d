import type { FailureLog } from '../logging/failure-log.js';
import { Poller, type PollerOptions } from './poller.js';

const INTERVAL_MS = 1_000;

describe('Poller', () => {
  const failureLog = { recordFailure: jest.fn(), recordSuccess: jest.fn() };
  const run = jest.fn<Promise<number | void>, []>();
  let poller: Poller;

  beforeEach(() => {
    jest.useFakeTimers();
    jest.resetAllMocks();
    jest.spyOn(Math, 'random').mockReturnValue(0);
    run.mockResolvedValue(undefined);
  });
  afterEach(async () => {
    await poller.stop();
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  function start(options: Partial<PollerOptions> = {}, delayMs?: number): void {
    poller = new Poller(
      { intervalMs: INTERVAL_MS, ...options },
      failureLog as unknown as FailureLog,
      run as () => Promise<number | void>,
    );
    poller.start(delayMs);
  }

  /** Number of runs after this time. */
  async function runsAfter(milliseconds: number): Promise<number> {
    await jest.advanceTimersByTimeAsync(milliseconds);
    return run.mock.calls.length;
  }

  it('runs once per interval, shortened by up to a tenth', async () => {
    start();
    expect([await runsAfter(999), await runsAfter(1), await runsAfter(1_000)]).toEqual([0, 1, 2]);
    jest.spyOn(Math, 'random').mockReturnValue(0.999);
    await runsAfter(1_000);
    expect([await runsAfter(899), await runsAfter(2)]).toEqual([3, 4]);
  });

  it('pauses for the time that a run returns', async () => {
    run.mockResolvedValueOnce(50);
    start({}, 0);
    expect([await runsAfter(0), await runsAfter(49), await runsAfter(1), await runsAfter(999)]).toEqual([
      1, 1, 2, 2,
    ]);
  });

  it('doubles the pause with each failure up to the limit, and returns to the interval', async () => {
    run.mockRejectedValue(new Error('down'));
    start({ maxBackoffMs: 3_000 }, 0);
    await runsAfter(0);
    for (const pause of [1_000, 2_000, 3_000, 3_000]) {
      const before = await runsAfter(pause - 1);
      expect(await runsAfter(1)).toBe(before + 1);
    }
    expect(failureLog.recordFailure).toHaveBeenCalledTimes(5);
    run.mockReset().mockResolvedValue(undefined);
    expect([await runsAfter(3_000), await runsAfter(1_000)]).toEqual([1, 2]);
    expect(failureLog.recordSuccess).toHaveBeenCalledTimes(2);
  });

  it('keeps the interval after failures without a limit, also when a run throws at once', async () => {
    run.mockImplementation(() => {
      throw new Error('defect');
    });
    start({}, 0);
    expect([await runsAfter(0), await runsAfter(1_000), await runsAfter(1_000)]).toEqual([1, 2, 3]);
  });

  it('runs earlier when woken, and never later than planned', async () => {
    start();
    poller.wake(100);
    poller.wake(500);
    expect([await runsAfter(99), await runsAfter(1), await runsAfter(999)]).toEqual([0, 1, 1]);
  });

  it('runs again after a run during which it was woken, one run at a time', async () => {
    let finish = (): void => undefined;
    run.mockImplementationOnce(() => new Promise((resolve) => (finish = resolve)));
    start({}, 0);
    await runsAfter(0);
    poller.wake(10);
    expect(await runsAfter(5_000)).toBe(1);
    finish();
    expect(await runsAfter(0)).toBe(2);
  });

  it('runs only when woken if the interval is infinite', async () => {
    start({ intervalMs: Infinity });
    expect(await runsAfter(1_000_000)).toBe(0);
    poller.wake(200);
    expect([await runsAfter(200), await runsAfter(1_000_000)]).toEqual([1, 1]);
  });

  it('stops after the current run, without a log line for its failure', async () => {
    let fail = (): void => undefined;
    run.mockImplementationOnce(() => new Promise((_, reject) => (fail = () => reject(new Error('ended')))));
    start({}, 0);
    await runsAfter(0);
    let hasStopped = false;
    const stopping = poller.stop().then(() => (hasStopped = true));
    poller.wake();
    await runsAfter(10_000);
    expect([hasStopped, poller.isLive]).toEqual([false, false]);
    fail();
    await stopping;
    expect(await runsAfter(10_000)).toBe(1);
    expect(failureLog.recordFailure).not.toHaveBeenCalled();
  });
});

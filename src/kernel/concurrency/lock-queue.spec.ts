import { AppError } from '../errors/app-error.js';
import { LockQueue, LockSet } from './lock-queue.js';
import { WaitQueue } from './wait-queue.js';

const soon = (): number => performance.now() + 10_000;
const errorOf = (pending: Promise<unknown>): Promise<unknown> =>
  pending.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Reports which of the acquisitions have resolved. */
function track(acquisitions: Promise<void>[]): number[] {
  const resolved: number[] = [];
  acquisitions.forEach((acquisition, index) => void acquisition.then(() => resolved.push(index)));
  return resolved;
}

describe('A wait queue', () => {
  it('passes its permits on in the order of arrival', async () => {
    const queue = new WaitQueue(2, 10);
    const acquisitions = [0, 1, 2, 3].map(() => queue.acquire(soon()));
    const resolved = track(acquisitions);
    await Promise.all(acquisitions.slice(0, 2));
    expect(resolved).toEqual([0, 1]);
    queue.release();
    await acquisitions[2];
    expect(resolved).toEqual([0, 1, 2]);
    queue.release();
    await acquisitions[3];
    queue.release();
    expect(queue.isIdle).toBe(false);
    queue.release();
    expect(queue.isIdle).toBe(true);
  });

  it('refuses a waiter beyond its limit and one whose deadline passes, with a random retry time', async () => {
    const queue = new WaitQueue(1, 2);
    await queue.acquire(soon());
    const [late, waiting] = [queue.acquire(performance.now() + 5), queue.acquire(soon())];
    const errors = [await errorOf(queue.acquire(soon())), await errorOf(late)];
    for (const error of errors) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).kind).toMatchObject({ code: 'service_unavailable', status: 503 });
      expect((error as AppError).extras.retryAfterMs).toBeGreaterThan(0);
    }
    queue.release();
    await waiting;
    queue.release();
    expect(queue.isIdle).toBe(true);
  });
});

describe('The locks of a unit of work', () => {
  it('are reentrant, exclude other units of work, and leave nothing behind', () => {
    const queue = new LockQueue();
    const [one, other] = [new LockSet(queue), new LockSet(queue)];
    expect([one.tryAcquire('a'), one.tryAcquire('a'), one.tryAcquire('b')]).toEqual([true, true, true]);
    expect([other.tryAcquire('a'), other.tryAcquire('c')]).toEqual([false, true]);
    one.releaseAll();
    expect(other.tryAcquire('a')).toBe(true);
    other.releaseAll();
    expect(queue.size).toBe(0);
  });

  it('are waited for in one order, so that two units of work with the same keys do not block each other', async () => {
    const queue = new LockQueue();
    const [one, other] = [new LockSet(queue), new LockSet(queue)];
    expect([one.tryAcquire('a'), other.tryAcquire('b')]).toEqual([true, true]);
    const acquisitions = [one.acquire('b'), other.acquire('a')];
    await Promise.race(acquisitions);
    const resolved = track(acquisitions);
    await acquisitions[0];
    expect(resolved).toEqual([0]);
    one.releaseAll();
    await acquisitions[1];
    expect([other.tryAcquire('a'), other.tryAcquire('b')]).toEqual([true, true]);
    other.releaseAll();
    expect(queue.size).toBe(0);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds and returns the elapsed time in milliseconds. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { within = 10_000 }: { within?: number } = {},
): Promise<number> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > within)
      throw new Error(`The condition did not hold within ${within} ms.`);
    await sleep(5);
  }
  return performance.now() - startedAt;
}

/**
 * Gives the server time for events that must not come. Their absence has no condition to wait for; on a slow machine the
 * check is weaker and passes.
 */
export async function settle(milliseconds = 50): Promise<void> {
  await sleep(milliseconds);
}

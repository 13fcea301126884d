import { setTimeout as sleep } from 'node:timers/promises';

/** Limit for a slow machine. */
const LIMIT_MS = 30_000;

/** Waits until the condition holds and returns the elapsed time in milliseconds. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { within = LIMIT_MS }: { within?: number } = {},
): Promise<number> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > within)
      throw new Error(`The condition did not hold within ${within} ms.`);
    await sleep(5);
  }
  return performance.now() - startedAt;
}

/** Repeats assertions until they pass; after the time limit their last failure is thrown. */
export async function waitUntilPassed(
  assertions: () => unknown,
  { within = LIMIT_MS }: { within?: number } = {},
): Promise<void> {
  const deadline = performance.now() + within;
  for (;;) {
    try {
      await assertions();
      return;
    } catch (failure) {
      if (performance.now() > deadline) throw failure;
    }
    await sleep(5);
  }
}

/**
 * Gives another process time for what must not happen, where no condition shows it. On a slow machine the check is weaker
 * and passes.
 */
export async function settle(milliseconds = 50): Promise<void> {
  await sleep(milliseconds);
}

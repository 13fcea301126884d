import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so, and says after how many milliseconds it was. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { within = 10_000 }: { within?: number } = {},
): Promise<number> {
  const startedAt = performance.now();
  while (!(await condition())) {
    if (performance.now() - startedAt > within) throw new Error(`It did not come about within ${within} ms.`);
    await sleep(5);
  }
  return performance.now() - startedAt;
}

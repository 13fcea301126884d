import { Logger } from '@nestjs/common';

/** Time between two lines. */
const INTERVAL_MS = 60_000;

const logger = new Logger('Refusals');
let counts = new Map<string, number>();
let timer: NodeJS.Timeout | undefined;

/**
 * Counts a refused request, command or connection by its code and, for the operator only, its reason. The first one is
 * logged at once, further ones as one line a minute with their counts.
 */
export function recordRefusal(code: string, reason?: string): void {
  const key = reason ? `${code}: ${reason}` : code;
  counts.set(key, (counts.get(key) ?? 0) + 1);
  if (timer) return;
  logCounts();
  timer = setInterval(() => {
    if (counts.size > 0) return logCounts();
    clearInterval(timer);
    timer = undefined;
  }, INTERVAL_MS).unref();
}

/** Logs what is counted since the last line, for example before the process ends. */
export function flushRefusals(): void {
  if (counts.size > 0) logCounts();
}

function logCounts(): void {
  logger.warn({ msg: 'Refused', counts: Object.fromEntries(counts) });
  counts = new Map();
}

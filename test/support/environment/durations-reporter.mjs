import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const RECORD = fileURLToPath(new URL('../../durations.json', import.meta.url));
const MAX_RATIO = 2;
/** Shorter files vary too much to compare. */
const MIN_SECONDS = 2;

/**
 * Compares each file's share of the run with its recorded share, and names those at more than twice of it. Never fails a
 * run. RECORD_DURATIONS=1 records the durations of the run.
 */
export default class DurationsReporter {
  onRunComplete(_contexts, { testResults }) {
    const durations = Object.fromEntries(
      testResults
        .filter(({ skipped, perfStats }) => !skipped && perfStats.runtime > 0)
        .map(({ testFilePath, perfStats }) => [
          relative(root, testFilePath),
          Math.round(perfStats.runtime / 100) / 10,
        ]),
    );
    const recorded = existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')) : {};
    if (process.env.RECORD_DURATIONS) record({ ...recorded, ...durations });
    else for (const line of slowerFiles(durations, recorded)) console.log(line);
  }
}

function record(durations) {
  const sorted = Object.fromEntries(
    Object.entries(durations).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
  writeFileSync(RECORD, `${JSON.stringify(sorted, null, 2)}\n`);
}

/** A line for each file at more than twice its recorded share. Shares relate to the recorded files of this run. */
export function slowerFiles(durations, recorded) {
  const names = Object.keys(durations).filter((name) => name in recorded);
  const sum = (seconds) => names.reduce((total, name) => total + seconds[name], 0);
  const scale = sum(durations) / sum(recorded);
  return names
    .map((name) => ({ name, seconds: durations[name], expected: recorded[name] * scale }))
    .filter(({ seconds, expected }) => seconds > MIN_SECONDS && seconds > MAX_RATIO * expected)
    .map(
      ({ name, seconds, expected }) =>
        `${name} took ${seconds} s; its recorded share of this run is ${expected.toFixed(1)} s.`,
    );
}

import Sequencer from '@jest/test-sequencer';
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const RECORD = fileURLToPath(new URL('../../durations.json', import.meta.url));

/** Starts the files with the longest recorded durations first, so that the workers end at about the same time. */
export default class LongestFirstSequencer extends Sequencer {
  sort(tests) {
    const recorded = existsSync(RECORD) ? JSON.parse(readFileSync(RECORD, 'utf8')) : {};
    const secondsOf = ({ path }) => recorded[relative(root, path)] ?? Infinity;
    return [...tests].sort((one, other) => secondsOf(other) - secondsOf(one) || 0);
  }
}

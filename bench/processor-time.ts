import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in these (USER_HZ), on every architecture that matters. */
const MICROS_PER_TICK = 10_000;

/** The microseconds of processor time that a process has used. */
export function processorTime(pid: number): number {
  const [user, system] = ticksOf(pid);
  return (user + system) * MICROS_PER_TICK;
}

/** The same of PostgreSQL as a whole: the postmaster, its children, and those that have ended. */
export function processorTimeOfAll(postmaster: number): number {
  const own = ticksOf(postmaster).reduce((sum, ticks) => sum + ticks);
  const living = childrenOf(postmaster).map((pid) => processorTime(pid));
  return own * MICROS_PER_TICK + living.reduce((sum, micros) => sum + micros, 0);
}

export function parentOf(pid: number): number {
  return Number(fieldsOf(pid)[1]);
}

function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => parentOf(pid) === parent);
}

/** utime and stime, and those of children that were waited for: the fields 14 to 17 of proc(5). */
function ticksOf(pid: number): [number, number, number, number] {
  return fieldsOf(pid).slice(11, 15).map(Number) as [number, number, number, number];
}

/** From the third on: what stands before may hold spaces. A process that is gone has none. */
function fieldsOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** For what the bench does itself. */
export const ownProcess = {
  get processorTime(): number {
    return processorTime(process.pid);
  },
};

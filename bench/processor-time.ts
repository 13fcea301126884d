import { readdirSync, readFileSync } from 'node:fs';

/** Clock tick of Linux (USER_HZ = 100) in µs. */
const MICROS_PER_TICK = 10_000;

/** Processor time of a process in µs. */
export function processorTime(pid: number): number {
  const [user, system] = ticksOf(pid);
  return (user + system) * MICROS_PER_TICK;
}

/** Processor time of PostgreSQL in µs: postmaster, its children, and children that have ended. */
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

/** utime, stime, cutime and cstime: fields 14 to 17 of /proc/pid/stat, proc(5). */
function ticksOf(pid: number): [number, number, number, number] {
  return fieldsOf(pid).slice(11, 15).map(Number) as [number, number, number, number];
}

/** Fields from the third on, since the second may contain spaces. Empty for an ended process. */
function fieldsOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** Processor time of the bench itself. */
export const ownProcess = {
  get processorTime(): number {
    return processorTime(process.pid);
  },
};

import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Whether the process runs and is a postmaster of this cluster: process ids are reused, and a zombie counts as ended. */
export function isRunning(pid: number, clusterPath: string): boolean {
  if (!processExists(pid)) return false;
  if (process.platform === 'win32') return true;
  try {
    if (process.platform !== 'linux') {
      const command = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
      return command.includes(`postgres -D ${clusterPath}`);
    }
    // The working directory of a postmaster is its cluster, set before it writes the pid file.
    return (
      readlinkSync(`/proc/${pid}/cwd`) === clusterPath &&
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
    );
  } catch {
    return false;
  }
}

/** Process id, port and status: lines 1, 4 and 8 of postmaster.pid. */
export function readPidFile(clusterPath: string): { pid: number; port: number; status: string } {
  try {
    const lines = readFileSync(join(clusterPath, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]) || 0, port: Number(lines[3]), status: lines[7]?.trim() || 'starting' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { pid: 0, port: 0, status: '' };
    throw error;
  }
}

export function removePidFile(clusterPath: string): void {
  rmSync(join(clusterPath, 'postmaster.pid'), { force: true });
}

/** Whether a process with this id exists. */
export function processExists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

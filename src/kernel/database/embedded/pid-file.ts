import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Whether the process lives and is a postmaster of this cluster: ids are given anew, and a zombie is over. */
export function isRunning(pid: number, clusterPath: string): boolean {
  if (!exists(pid)) return false;
  if (process.platform === 'win32') return true;
  try {
    if (process.platform !== 'linux') {
      const command = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
      return command.includes(`postgres -D ${clusterPath}`);
    }
    // A postmaster works in its cluster from before it writes its pid file.
    return (
      readlinkSync(`/proc/${pid}/cwd`) === clusterPath &&
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')
    );
  } catch {
    return false;
  }
}

/** Process id, port and status are the lines 1, 4 and 8 of PostgreSQL's own record of itself. */
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

/** Whether any process has this id. */
export function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

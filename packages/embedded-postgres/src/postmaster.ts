import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawnOptions } from './binaries.js';
import type { Cluster } from './cluster.js';
import { isRunning, processExists, readPidFile, removePidFile } from './pid-file.js';

const POLL_MS = 10;
const START_MS = 30_000;
const PORT_ATTEMPTS = 10;
const FAST_SHUTDOWN = 'SIGINT';
const IMMEDIATE_SHUTDOWN = 'SIGQUIT';

/** Main process of PostgreSQL. */
export interface Postmaster {
  pid: number;
  port: number;
}

/** Running postmaster of the cluster, for example of a killed server, once it is ready; waits for one that is ending. */
export async function findPostmaster(cluster: Cluster): Promise<Postmaster | undefined> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const { pid, port, status } = readPidFile(cluster.path);
    if (!pid || !isRunning(pid, cluster.path)) {
      // PostgreSQL replaces the file of a dead process, but not one whose id belongs to an unrelated process.
      if (!pid || processExists(pid)) removePidFile(cluster.path);
      return undefined;
    }
    if (status === 'ready') return { pid, port };
    if (Date.now() > deadline)
      throw new Error(`PostgreSQL (process ${pid}) is ${status}. See ${cluster.logFile}.`);
    await sleep(POLL_MS);
  }
}

/** Starts PostgreSQL and waits until it is ready; undefined when another process started it first. */
export async function launchPostmaster(
  cluster: Cluster,
  settings: Record<string, string>,
  pickPort: () => Promise<number> = freePort,
): Promise<Postmaster | undefined> {
  const deadline = Date.now() + START_MS;
  for (let attempt = 1; ; attempt++) {
    const port = await pickPort();
    const failure = await launch(cluster, { ...settings, port: String(port) }, deadline);
    if (typeof failure === 'number') return { pid: failure, port };
    if (failure.includes('lock file "postmaster.pid" already exists')) return undefined;

    const portWasTaken = failure.includes('could not create any TCP/IP sockets') && attempt < PORT_ATTEMPTS;
    // Sessions of a killed postmaster end a moment later.
    const sessionsRemain = failure.includes('pre-existing shared memory block') && Date.now() < deadline;
    if (!portWasTaken && !sessionsRemain) throw new Error(`PostgreSQL did not start:\n${failure}`);
    await sleep(POLL_MS);
  }
}

/** Process id, or the last lines of the log when PostgreSQL has ended. */
async function launch(
  cluster: Cluster,
  settings: Record<string, string>,
  deadline: number,
): Promise<number | string> {
  const log = openSync(cluster.logFile, 'a', 0o600);
  const logStart = fstatSync(log).size;
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const child = spawn(cluster.binaries.postgres, ['-D', cluster.path, ...options], {
    ...spawnOptions(cluster.binaries, cluster.user),
    detached: true, // a Ctrl-C in the terminal must not reach it before the server has drained
    stdio: ['ignore', log, log],
    windowsHide: true,
  });
  closeSync(log);
  child.unref();

  let ended: string | undefined;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended = `It exited with ${signal ?? `code ${code}`}.`));
  for (;;) {
    const { pid, status } = readPidFile(cluster.path);
    if (child.pid && pid === child.pid && status === 'ready') return pid;
    if (ended) return `${lastLines(cluster.logFile, logStart)}${ended}`;
    // A long recovery continues; the next start waits for it again.
    if (Date.now() > deadline) throw new Error(`PostgreSQL is not ready after 30 s. See ${cluster.logFile}.`);
    await sleep(POLL_MS);
  }
}

/** Fast shutdown: ends all sessions, keeps all commits. Resolves when the process has ended. */
export async function stopPostmaster({ pid }: Postmaster, cluster: Cluster): Promise<void> {
  for (const signal of [FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN]) {
    const deadline = Date.now() + 10_000;
    try {
      if (isRunning(pid, cluster.path)) process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended
    }
    while (Date.now() < deadline) {
      if (!isRunning(pid, cluster.path)) return;
      await sleep(POLL_MS);
    }
  }
  throw new Error(`PostgreSQL (process ${pid}) does not stop. See ${cluster.logFile}.`);
}

function lastLines(file: string, start: number): string {
  const lines = readFileSync(file).subarray(start).toString().split('\n');
  return lines.slice(-16).join('\n');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

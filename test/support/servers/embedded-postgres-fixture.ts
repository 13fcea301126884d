import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from '@tms/embedded-postgres';

export const PROJECT_ROOT = join(__dirname, '../../..');
const running = new Set<EmbeddedPostgres>();
export const children = new Set<ChildProcess>();
export const directories: string[] = [];

/**
 * mkdtemp creates a directory for its owner only, which PostgreSQL under another user than root cannot read:
 * most tests widen the mode.
 */
export function createDirectory(mode = 0o755): string {
  const directory = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
  chmodSync(directory, mode);
  directories.push(directory);
  return directory;
}

export async function startPostgres(
  dataDir: string,
  listeners: Pick<EmbeddedPostgresOptions, 'onRestarted' | 'onFailed'> = {},
): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, fsync: false, ...listeners });
  running.add(postgres);
  return postgres;
}

export async function stopPostgres(postgres: EmbeddedPostgres): Promise<void> {
  running.delete(postgres);
  await postgres.stop();
}

export function spawnServer(dataDir: string, user: { uid?: number; gid?: number } = {}): ChildProcess {
  const script = join(PROJECT_ROOT, 'test/support/servers/embedded-postgres-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    ...user,
    cwd: PROJECT_ROOT,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.add(child);
  return child;
}

/** Connection URL, once it is running. */
export async function readFirstLine(child: ChildProcess): Promise<string> {
  const [line] = (await Promise.race([
    once(child.stdout!, 'data'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The child ended with code ${code}.`))),
  ])) as [Buffer];
  return line.toString().trim();
}

export async function killProcess(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

export async function query<Row extends QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

export const pidFile = (dataDir: string): string => join(dataDir, 'postgres', 'postmaster.pid');
export const readPostmasterPid = (dataDir: string): number =>
  Number(readFileSync(pidFile(dataDir), 'utf8').split('\n')[0]);

/** For afterEach. */
export async function stopAllPostgres(): Promise<void> {
  for (const postgres of running) await stopPostgres(postgres);
}

/** For afterAll: ends all processes and deletes all directories. */
export async function cleanUp(): Promise<void> {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) await killProcess(child);
  for (const directory of directories) {
    const cluster = join(directory, 'postgres');
    if (existsSync(cluster)) rmSync(realpathSync(cluster), { recursive: true });
    rmSync(directory, { recursive: true });
  }
}

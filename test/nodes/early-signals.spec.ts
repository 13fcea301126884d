import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../../packages/embedded-postgres/src/pid-file.js';
import { BuiltServer } from '../support/servers/built-server.js';
import { pidFile, readPostmasterPid } from '../support/servers/embedded-postgres-fixture.js';
import { waitUntil } from '../support/environment/wait-until.js';

const START_MS = 30_000;

let dataDir: string;
let server: BuiltServer;
/** Process ids of all PostgreSQL servers observed in the directory. */
let postmasters: Set<number>;
let watch: NodeJS.Timeout;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signals-'));
  chmodSync(dataDir, 0o755); // readable for the user of PostgreSQL when the tests run as root
  postmasters = new Set();
  watch = setInterval(() => {
    const pid = existsSync(pidFile(dataDir)) && readPostmasterPid(dataDir);
    if (pid) postmasters.add(pid);
  }, 5);
});
afterEach(async () => {
  clearInterval(watch);
  await server.kill();
  const cluster = join(dataDir, 'postgres');
  if (existsSync(cluster)) rmSync(realpathSync(cluster), { recursive: true });
  rmSync(dataDir, { recursive: true });
});

/** Launches the server without configuration, with the embedded database. */
function launch(): void {
  server = BuiltServer.launch({ DATA_DIR: dataDir });
}

function expectNoPostmaster(): void {
  expect(existsSync(pidFile(dataDir))).toBe(false);
  // A zombie process keeps its id until its exit code is read, so the id alone proves nothing.
  for (const pid of postmasters) expect(isRunning(pid, realpathSync(join(dataDir, 'postgres')))).toBe(false);
}

describe('A server with the embedded database', () => {
  it.each([500, 1_000, 1_500])(
    'that gets SIGINT %i ms after its launch stops cleanly and leaves no PostgreSQL',
    async (milliseconds) => {
      launch();
      await sleep(milliseconds);
      server.signal('SIGINT');
      expect(await server.exited).toBe(0);
      expectNoPostmaster();
      expect(server.output).not.toMatch(/^\s+at /m);
    },
  );

  it.each<[string, NodeJS.Signals]>([
    ['that gets SIGHUP', 'SIGHUP'],
    ['that gets SIGTERM', 'SIGTERM'],
  ])('%s stops cleanly and leaves no PostgreSQL', async (_title, signal) => {
    launch();
    await waitUntil(() => server.output.includes('Socket.IO') || !server.isRunning, { within: START_MS });
    expect(server.isRunning).toBe(true);
    const postmaster = readPostmasterPid(dataDir);
    expect(() => process.kill(postmaster, 0)).not.toThrow();
    postmasters.add(postmaster);
    server.signal(signal);
    expect(await server.exited).toBe(0);
    expectNoPostmaster();
  });

  it('with an empty secret file reports the file in one line and leaves no PostgreSQL', async () => {
    const file = join(dataDir, 'jwt-secret');
    writeFileSync(file, '');
    launch();
    expect(await server.exited).toBe(1);
    const lines = server.output.split('\n').filter((line) => /FATAL|ERROR/.test(line));
    expect(lines).toEqual([expect.stringContaining(`${file} contains no valid secret.`)]);
    expect(server.output).not.toMatch(/^\s+at /m);
    expect(postmasters.size).toBeGreaterThan(0);
    expectNoPostmaster();
  });
});

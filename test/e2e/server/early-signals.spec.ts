import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning } from '../../../packages/embedded-postgres/src/pid-file.js';
import { BuiltServer } from '../../support/servers/built-server.js';
import { pidFile, readPostmasterPid } from '../../support/servers/embedded-postgres-fixture.js';
import { waitUntil } from '../../support/environment/wait-until.js';

const START_MS = 30_000;

let dataDir: string;
let server: BuiltServer;
/** Every PostgreSQL that was seen at work in the directory. */
let postmasters: Set<number>;
let watch: NodeJS.Timeout;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signals-'));
  chmodSync(dataDir, 0o755); // for the user that PostgreSQL runs as, when we are root
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

/** As a newcomer starts it: with the database that it brings. */
function launch(): void {
  server = BuiltServer.launch({ DATA_DIR: dataDir });
}

function expectNoPostmaster(): void {
  expect(existsSync(pidFile(dataDir))).toBe(false);
  // A process that has ended keeps its id until somebody asks for its exit code, so the id alone says nothing.
  for (const pid of postmasters) expect(isRunning(pid, realpathSync(join(dataDir, 'postgres')))).toBe(false);
}

describe('A server with its own database', () => {
  it.each([500, 1_000, 1_500])(
    'that gets Ctrl-C %i ms after its launch ends in order and leaves no PostgreSQL',
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
    ['whose terminal is closed', 'SIGHUP'],
    ['that is told to end', 'SIGTERM'],
  ])('%s ends in order and leaves no PostgreSQL', async (_what, signal) => {
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

  it('whose secret is empty names the file in one line, and leaves no PostgreSQL', async () => {
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

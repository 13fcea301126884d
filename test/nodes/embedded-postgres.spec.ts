import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { findBinaries } from '../../packages/embedded-postgres/src/binaries.js';
import { openCluster } from '../../packages/embedded-postgres/src/cluster.js';
import { startEmbeddedPostgres } from '@tms/embedded-postgres';
import { processExists } from '../../packages/embedded-postgres/src/pid-file.js';
import { launchPostmaster, stopPostmaster } from '../../packages/embedded-postgres/src/postmaster.js';
import { canReach } from '../../packages/embedded-postgres/src/system-user.js';
import {
  children,
  cleanUp,
  directories,
  readFirstLine,
  killProcess,
  createDirectory,
  pidFile,
  readPostmasterPid,
  PROJECT_ROOT,
  query,
  spawnServer,
  startPostgres,
  stopPostgres,
  stopAllPostgres,
} from '../support/servers/embedded-postgres-fixture.js';
import { BuiltServer } from '../support/servers/built-server.js';
import { settle, waitUntil } from '../support/environment/wait-until.js';

const isRoot = process.getuid?.() === 0;
const unprivilegedUser = { uid: 65534, gid: 65534 };

afterEach(stopAllPostgres);
afterAll(cleanUp);

describe('The embedded PostgreSQL', () => {
  const dataDir = createDirectory();

  it('keeps its data over a restart', async () => {
    const first = await startPostgres(dataDir);
    await query(first.url('postgres'), 'CREATE TABLE kept AS SELECT 42 AS answer');
    const postmaster = readPostmasterPid(dataDir);
    await stopPostgres(first);
    await waitUntil(() => !processExists(postmaster)); // the process has ended, but Node.js collects its exit code only now
    expect(existsSync(pidFile(dataDir))).toBe(false);

    const second = await startPostgres(dataDir);
    expect(await query(second.url('postgres'), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('has exactly the databases of initdb, in UTF-8', async () => {
    const { url } = await startPostgres(dataDir);
    const databases = await query<{ datname: string; datlocale: string | null }>(
      url('postgres'),
      'SELECT datname, datlocale FROM pg_database ORDER BY datname',
    );
    expect(databases.map(({ datname }) => datname)).toEqual(['postgres', 'template0', 'template1']);
    expect(databases[0]?.datlocale).toBe('C.UTF-8');
  });

  it('makes its password readable for the owner of the data directory only', async () => {
    const { url } = await startPostgres(dataDir);
    expect(statSync(join(dataDir, 'postgres.password')).mode & 0o777).toBe(0o600);
    await expect(
      query(url('postgres', { name: 'postgres', password: 'a guess' }), 'SELECT 1'),
    ).rejects.toThrow('password');
  });

  it('listens on 127.0.0.1 only', async () => {
    const { port, url } = await startPostgres(dataDir);
    expect(await query(url('postgres'), 'SHOW unix_socket_directories')).toEqual([
      { unix_socket_directories: '' },
    ]);
    const addresses = Object.values(networkInterfaces()).flatMap((found) =>
      (found ?? []).map(({ address }) => address),
    );
    for (const address of new Set([...addresses, '127.0.0.2', '::1'])) {
      const socket = connect({ host: address, port, timeout: 1_000 });
      const outcome = await Promise.race(
        ['connect', 'error', 'timeout'].map(
          (event) => new Promise((resolve) => socket.once(event, () => resolve(event))),
        ),
      );
      socket.destroy();
      expect(outcome === 'connect').toBe(address === '127.0.0.1');
    }
  });

  it('rejects a second server on the same data directory', async () => {
    const { url } = await startPostgres(dataDir);
    await expect(startPostgres(dataDir)).rejects.toThrow(
      `Another server already uses ${dataDir}. Stop it, or set DATA_DIR or DATABASE_URL.`,
    );
    expect(await query(url('postgres'), 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  });

  it('is started again on its port when it ends, at most three times a minute', async () => {
    const restarts: number[] = [];
    const failures: string[] = [];
    const postgres = await startPostgres(dataDir, {
      onRestarted: () => restarts.push(readPostmasterPid(dataDir)),
      onFailed: ({ message }) => failures.push(message),
    });
    const { port } = postgres;
    for (let count = 1; count <= 3; count++) {
      process.kill(readPostmasterPid(dataDir), 'SIGKILL');
      await waitUntil(() => restarts.length === count);
      expect(await query(postgres.url('postgres'), 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
    }
    expect(new URL(postgres.url('postgres')).port).toBe(String(port));
    expect(failures).toEqual([]);
    process.kill(readPostmasterPid(dataDir), 'SIGKILL');
    await waitUntil(() => failures.length === 1);
    expect(failures[0]).toContain('PostgreSQL ended 4 times within a minute.');
    await stopPostgres(postgres);
    expect(restarts).toHaveLength(3);
  });

  it('ends the server with one line when it ends too often', async () => {
    const directory = createDirectory();
    const server = BuiltServer.launch({ DATA_DIR: directory, DEMO: 'false', LOG_LEVEL: 'error' });
    try {
      await waitUntil(() => server.output.includes('Socket.IO') || !server.isRunning);
      const killed = new Set<number>();
      while (server.isRunning) {
        const pid = existsSync(pidFile(directory)) ? readPostmasterPid(directory) : 0;
        if (pid && !killed.has(pid) && processExists(pid)) process.kill(pid, 'SIGKILL');
        killed.add(pid);
        await settle();
      }
      expect(await server.exited).toBe(1);
      const lines = server.stderr.split('\n').filter((line) => line.includes('within a minute'));
      expect(lines).toHaveLength(1);
    } finally {
      await server.kill();
    }
  });

  it('acquires its lock again after a crash of PostgreSQL', async () => {
    const { url } = await startPostgres(dataDir);
    const locks = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted`;
    const [owner] = await query<{ pid: number }>(url('postgres'), locks);
    process.kill(owner!.pid, 'SIGKILL');
    await waitUntil(async () => {
      const found = await query<{ pid: number }>(url('postgres'), locks).catch(() => []);
      return found.length === 1 && found[0]?.pid !== owner!.pid;
    });
  });

  it('selects another port when its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    const spare = createServer().listen(0, '127.0.0.1');
    await Promise.all([once(taken, 'listening'), once(spare, 'listening')]);
    const [takenPort, sparePort] = [taken, spare].map((server) => (server.address() as AddressInfo).port);
    spare.close();

    const portCandidates = [takenPort!, sparePort!];
    const cluster = await openCluster(dataDir, false);
    const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };
    const postmaster = await launchPostmaster(cluster, settings, () =>
      Promise.resolve(portCandidates.shift()!),
    );
    taken.close();
    await stopPostmaster(postmaster!, cluster);
    expect(postmaster!.port).toBe(sparePort);
  });

  it('does not change a directory that is no cluster', async () => {
    const other = createDirectory();
    mkdirSync(join(other, 'postgres'));
    writeFileSync(join(other, 'postgres', 'letter'), 'dear');
    await expect(startPostgres(other)).rejects.toThrow('PostgreSQL cluster');
    expect(readdirSync(join(other, 'postgres'))).toEqual(['letter']);
  });

  it('reports the output of PostgreSQL when it does not start', async () => {
    const settings = { work_mem: 'much' };
    await expect(startEmbeddedPostgres({ dataDir, settings })).rejects.toThrow(
      'invalid value for parameter "work_mem"',
    );
  });
});

describe('After a kill -9', () => {
  const dataDir = createDirectory();

  it('of the server during its first start, it starts over', async () => {
    const child = spawnServer(dataDir);
    await waitUntil(() => readdirSync(dataDir).some((name) => name.startsWith('postgres.init-')));
    await killProcess(child);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);

    await startPostgres(dataDir);
    expect(readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
  });

  it('of the server, it adopts the running PostgreSQL and can stop it', async () => {
    const child = spawnServer(dataDir);
    const url = await readFirstLine(child);
    const postmaster = readPostmasterPid(dataDir);
    await killProcess(child);
    expect(processExists(postmaster)).toBe(true);

    const successor = await startPostgres(dataDir);
    expect(successor.url('postgres')).toBe(url);
    expect(readPostmasterPid(dataDir)).toBe(postmaster);
    await stopPostgres(successor);
    expect(existsSync(pidFile(dataDir))).toBe(false);
    await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });

  it('of the server and of PostgreSQL, it starts on the existing data', async () => {
    const child = spawnServer(dataDir);
    const url = await readFirstLine(child);
    await query(url, 'CREATE TABLE committed AS SELECT 1 AS row');
    const postmaster = readPostmasterPid(dataDir);
    await killProcess(child);
    process.kill(postmaster, 'SIGKILL');
    expect(existsSync(pidFile(dataDir))).toBe(true);

    const { url: newUrl } = await startPostgres(dataDir);
    expect(readPostmasterPid(dataDir)).not.toBe(postmaster);
    expect(await query(newUrl('postgres'), 'SELECT * FROM committed')).toEqual([{ row: 1 }]);
  });

  it('ignores a pid file whose process id belongs to another program', async () => {
    const { uid, gid } = statSync(join(dataDir, 'postgres'));
    const otherProgram = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
    children.add(otherProgram);
    writeFileSync(
      pidFile(dataDir),
      `${otherProgram.pid}\n${dataDir}/postgres\n1\n5432\n\n127.0.0.1\n\nready   \n`,
    );

    await startPostgres(dataDir);
    expect(readPostmasterPid(dataDir)).not.toBe(otherProgram.pid);
    expect(processExists(otherProgram.pid!)).toBe(true);
    await killProcess(otherProgram);
  });

  it('waits for a PostgreSQL that is shutting down', async () => {
    const child = spawnServer(dataDir);
    const url = await readFirstLine(child);
    const postmaster = readPostmasterPid(dataDir);
    await killProcess(child);
    const session = new Client({ connectionString: url });
    session.on('error', () => undefined);
    await session.connect();
    process.kill(postmaster, 'SIGTERM'); // a smart shutdown waits for the last session
    await waitUntil(() => readFileSync(pidFile(dataDir), 'utf8').includes('stopping'));

    const starting = startPostgres(dataDir);
    await settle(200);
    await session.end();
    await starting;
    expect(readPostmasterPid(dataDir)).not.toBe(postmaster);
  });
});

if (isRoot) {
  describe('As root', () => {
    it('works in a directory that only root can enter', async () => {
      const dataDir = createDirectory(0o700);
      const first = await startPostgres(dataDir);
      await query(first.url('postgres'), 'CREATE TABLE kept AS SELECT 42 AS answer');
      await stopPostgres(first);
      expect(lstatSync(join(dataDir, 'postgres')).isSymbolicLink()).toBe(true);
      expect(statSync(dataDir).mode & 0o777).toBe(0o700);

      const second = await startPostgres(dataDir);
      expect(await query(second.url('postgres'), 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    });

    it('copies binaries that only root can read', () => {
      const hidden = createDirectory(0o700);
      cpSync(dirname(dirname(findBinaries().directory)), hidden, { recursive: true, verbatimSymlinks: true });
      writeFileSync(join(hidden, 'package.json'), JSON.stringify({ version: `test-${process.pid}` }));
      rmSync(join(hidden, 'native/lib/libpq.so.5'));

      const copy = findBinaries(unprivilegedUser, hidden);
      directories.push(dirname(dirname(copy.directory)));
      expect(
        execFileSync(copy.postgres, ['--version'], { ...unprivilegedUser, cwd: '/' }).toString(),
      ).toContain('18.4');
      expect(existsSync(join(copy.directory, '../lib/libpq.so.5'))).toBe(true);
      expect(findBinaries(unprivilegedUser, hidden)).toEqual(copy);
    });
  });
}

if (isRoot && [PROJECT_ROOT, dirname(process.execPath)].every((path) => canReach(unprivilegedUser, path))) {
  it('works for an unprivileged user', async () => {
    const dataDir = createDirectory();
    chownSync(dataDir, unprivilegedUser.uid, unprivilegedUser.gid);
    const child = spawnServer(dataDir, unprivilegedUser);
    expect(await query(await readFirstLine(child), 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(unprivilegedUser.uid);
    await killProcess(child);
    await startPostgres(dataDir); // stops the adopted PostgreSQL
    expect(statSync(join(dataDir, 'postgres')).uid).toBe(unprivilegedUser.uid);
  });
}

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { generate } from 'selfsigned';
import { findBinaries, spawnOptions } from '../../../packages/embedded-postgres/src/binaries.js';
import { chownRecursively, postgresUser } from '../../../packages/embedded-postgres/src/system-user.js';
import { waitUntilPassed } from '../environment/wait-until.js';

const PASSWORD = 'superuser-of-the-tests';

export interface TlsPostgres {
  /** Superuser URL with sslmode=require: encrypted, without a check of the certificate. */
  url: string;
  /** The same without TLS, which this server rejects. */
  plainUrl: string;
  stop(): Promise<void>;
}

/** The embedded PostgreSQL, and PostgreSQL 15 of Debian where it is installed. */
export function findInstalledPostgres(): { name: string; directory: string }[] {
  const debian = '/usr/lib/postgresql/15/bin';
  const binaries = findBinaries(postgresUser(tmpdir())).directory;
  const found = [{ name: 'the PostgreSQL 18 that comes with the server', directory: binaries }];
  return existsSync(debian) ? [...found, { name: 'Debian’s PostgreSQL 15', directory: debian }] : found;
}

/** PostgreSQL that accepts TLS only, with a self-signed certificate. */
export async function startTlsPostgres(directory: string): Promise<TlsPostgres> {
  const home = mkdtempSync(join(tmpdir(), 'tls-postgres-'));
  const user = postgresUser(tmpdir());
  const options = spawnOptions({ directory, initdb: '', postgres: '' }, user);
  const passwordFile = join(home, 'password');
  writeFileSync(passwordFile, PASSWORD);
  if (user) chownRecursively(user, home);

  const data = join(home, 'data');
  const access = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  execFileSync(
    join(directory, 'initdb'),
    [`--pgdata=${data}`, '--encoding=UTF8', '--locale=C', '--no-sync', ...access],
    options,
  );
  await useTlsOnly(data);
  if (user) chownRecursively(user, data);

  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ssl: 'on',
    fsync: 'off',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const postgres = spawn(join(directory, 'postgres'), ['-D', data, ...flags], {
    ...options,
    stdio: 'ignore',
  });
  const plainUrl = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
  const url = `${plainUrl}?sslmode=require&uselibpqcompat=true`;
  await untilReady(url);
  return {
    url,
    plainUrl,
    stop: async () => {
      const exited = once(postgres, 'exit');
      postgres.kill('SIGINT');
      await exited;
      rmSync(home, { recursive: true });
    },
  };
}

async function useTlsOnly(data: string): Promise<void> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'not-the-name-of-this-host' }]);
  writeFileSync(join(data, 'server.crt'), cert);
  writeFileSync(join(data, 'server.key'), key, { mode: 0o600 });
  writeFileSync(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
}

async function untilReady(url: string): Promise<void> {
  const connect = async (): Promise<void> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.end();
  };
  await waitUntilPassed(connect, { within: 30_000 });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

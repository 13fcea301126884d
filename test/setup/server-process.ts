import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECRET } from './tokens.js';

const MAIN = join(__dirname, '../../dist/main.js');
const READY_WITHIN_MS = 30_000;

/** The server as it is built, in a process of its own and always at the same address, so that it can die and come back. */
export class ServerProcess {
  /** What it had to complain about. */
  complaints = '';
  private child?: ChildProcess;

  private constructor(
    private readonly databaseUrl: string,
    private readonly port: number,
  ) {}

  static async start(databaseUrl: string): Promise<ServerProcess> {
    if (!existsSync(MAIN))
      throw new Error(`${MAIN} is missing: pnpm build makes it, and pnpm test begins with it.`);
    const server = new ServerProcess(databaseUrl, await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Answers once it is ready to serve. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [MAIN], {
      cwd: tmpdir(),
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'test',
        HOST: '127.0.0.1',
        PORT: String(this.port),
        DATABASE_URL: this.databaseUrl,
        MIGRATE_ON_START: 'false',
        AUTH_JWT_SECRET: SECRET,
        DEMO: 'false',
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child = child;
    child.stderr.on('data', (said: Buffer) => (this.complaints += said.toString()));
    for (const deadline = Date.now() + READY_WITHIN_MS; !(await this.isReady()); await sleep(20)) {
      if (child.exitCode !== null) throw new Error(`The server ended at its start: ${this.complaints}`);
      if (Date.now() > deadline) throw new Error(`The server did not get ready: ${this.complaints}`);
    }
  }

  /** SIGKILL: nothing is finished, nothing is said. Harmless when it is not running. */
  async kill(): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  private async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(
      () => null,
    );
    return answer?.ok ?? false;
  }
}

/**
 * A free port below those that the kernel gives to outgoing connections (ip_local_port_range): while the server is down,
 * a client that reconnects could otherwise be given this very port, and talk to itself.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

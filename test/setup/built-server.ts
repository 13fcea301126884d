import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECRET } from './tokens.js';
import { until } from './until.js';

/** Entry file of the built server. */
export const MAIN = join(__dirname, '../../dist/main.js');

/** The server as it is built, in a process of its own, with all that it prints. */
export class BuiltServer {
  printed = '';
  /** What it wrote to stderr. */
  complaints = '';
  readonly ended: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    const keep = (text: Buffer): void => void (this.printed += text.toString());
    child.stdout!.on('data', keep);
    child.stderr!.on('data', keep);
    child.stderr!.on('data', (text: Buffer) => (this.complaints += text.toString()));
    this.ended = once(child, 'close').then(([code]) => code as number | null);
  }

  /** With this environment and no other. */
  static launch(environment: Record<string, string>): BuiltServer {
    return new BuiltServer(
      spawn(process.execPath, [MAIN], {
        cwd: tmpdir(),
        env: { PATH: process.env.PATH, PORT: '0', NO_COLOR: '1', ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** On a database that is there already; resolves when it listens. */
  static async on(databaseUrl: string, settings: Record<string, string> = {}): Promise<BuiltServer> {
    const server = BuiltServer.launch({
      DATABASE_URL: databaseUrl,
      MIGRATE_ON_START: 'false',
      AUTH_JWT_SECRET: SECRET,
      ...settings,
    });
    await until(() => server.address !== undefined || !server.isRunning, { within: 30_000 });
    if (!server.isRunning) throw new Error(`It did not start: ${server.printed}`);
    return server;
  }

  get url(): string {
    return this.address!;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** For afterEach, whatever has happened. */
  async end(): Promise<void> {
    if (this.isRunning) this.signal('SIGKILL');
    await this.ended;
  }

  private get address(): string | undefined {
    return /Socket\.IO\s+(http:\S+)/.exec(this.printed)?.[1];
  }
}

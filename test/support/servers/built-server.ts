import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JWT_SECRET } from '../clients/tokens.js';
import { waitUntil } from '../environment/wait-until.js';

/** Entry file of the built server. */
export const MAIN = join(__dirname, '../../../dist/main.js');

/** The built server in a process of its own, with its output. */
export class BuiltServer {
  output = '';
  /** Output on stderr. */
  stderr = '';
  readonly exited: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    const keep = (text: Buffer): void => void (this.output += text.toString());
    child.stdout!.on('data', keep);
    child.stderr!.on('data', keep);
    child.stderr!.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.exited = once(child, 'close').then(([code]) => code as number | null);
  }

  /** Runs with exactly this environment. */
  static launch(environment: Record<string, string>): BuiltServer {
    return new BuiltServer(
      spawn(process.execPath, [MAIN], {
        cwd: tmpdir(),
        env: { PATH: process.env.PATH, PORT: '0', NO_COLOR: '1', ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Runs on an existing database; resolves when the server listens. */
  static async start(databaseUrl: string, settings: Record<string, string> = {}): Promise<BuiltServer> {
    const server = BuiltServer.launch({
      DATABASE_URL: databaseUrl,
      MIGRATE_ON_START: 'false',
      AUTH_JWT_SECRET: JWT_SECRET,
      ...settings,
    });
    await waitUntil(() => server.address !== undefined || !server.isRunning, { within: 30_000 });
    if (!server.isRunning) throw new Error(`The server did not start: ${server.output}`);
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

  /** Ends all running servers, for afterEach. */
  async kill(): Promise<void> {
    if (this.isRunning) this.signal('SIGKILL');
    await this.exited;
  }

  private get address(): string | undefined {
    const [, inBanner, inLine] = /Socket\.IO\s+(http:\S+)|"url":"(http:[^"]+)"/.exec(this.output) ?? [];
    return inBanner ?? inLine;
  }
}

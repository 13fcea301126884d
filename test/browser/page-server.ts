import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../support/environment/wait-until.js';

/** `pnpm call` as a developer runs it, on a free port and without the demo. */
export class PageServer {
  private printed = '';

  private constructor(private readonly child: ChildProcess) {
    child.stdout!.on('data', (text: Buffer) => (this.printed += text.toString()));
  }

  static async start(): Promise<PageServer> {
    const server = new PageServer(
      spawn(process.execPath, [join(__dirname, '../../examples/call/serve.mjs')], {
        cwd: tmpdir(),
        env: { PAGE_PORT: '0', DATA_DIR: 'nowhere' },
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    await waitUntil(() => server.address !== undefined);
    return server;
  }

  /** Origin of the page for CORS_ORIGINS of the messaging server. */
  get origin(): string {
    return new URL(this.address!).origin;
  }

  async stop(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill();
    await exit;
  }

  private get address(): string | undefined {
    return /http:\S+/.exec(this.printed)?.[0];
  }
}

import { createServer } from 'node:net';
import { BuiltServer } from './built-server.js';

/** The built server at a constant address, for kills and restarts. */
export class RestartableServer {
  private server?: BuiltServer;

  private constructor(
    private readonly databaseUrl: string,
    private readonly port: number,
    private readonly settings: Record<string, string>,
  ) {}

  static async start(databaseUrl: string, settings: Record<string, string> = {}): Promise<RestartableServer> {
    const server = new RestartableServer(databaseUrl, await freePort(), settings);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Errors logged in all runs. */
  stderr = '';

  /** Resolves when it is ready. */
  async start(): Promise<void> {
    const settings = { PORT: String(this.port), LOG_LEVEL: 'error', ...this.settings };
    this.server = await BuiltServer.start(this.databaseUrl, settings);
  }

  /** SIGKILL: requests in progress are lost. No effect when it is not running. */
  async kill(): Promise<void> {
    await this.server?.kill();
    this.stderr += this.server?.stderr ?? '';
    this.server = undefined;
  }
}

/**
 * A free port below the range of outgoing connections (ip_local_port_range). Otherwise a client that
 * reconnects during a downtime could get this port as its own and connect to itself.
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

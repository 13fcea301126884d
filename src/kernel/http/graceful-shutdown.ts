import type { Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const DRAIN_MS = 10_000;
const POLL_MS = 20;

/** The requests that are being answered: the end of the server waits for them, and for no connection besides. */
export class GracefulShutdown {
  private count = 0;

  constructor(private readonly server: Server) {
    server.on('request', (_request: unknown, response: ServerResponse) => {
      this.count++;
      response.once('close', () => this.count--);
    });
  }

  /** Once the server listens no more: idle, half-sent and silent connections would keep it open for a minute. */
  async drain(): Promise<void> {
    let waited = 0;
    do await sleep(POLL_MS);
    while (this.count > 0 && (waited += POLL_MS) < DRAIN_MS);
    this.server.closeAllConnections();
  }
}

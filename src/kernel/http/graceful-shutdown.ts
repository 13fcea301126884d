import type { Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const DRAIN_TIMEOUT_MS = 10_000;
const DRAIN_POLL_MS = 20;

/** Counts running requests. The shutdown waits for them, and not for idle connections. */
export class GracefulShutdown {
  private runningCount = 0;

  constructor(private readonly server: Server) {
    server.on('request', (_request: unknown, response: ServerResponse) => {
      this.runningCount++;
      response.once('close', () => this.runningCount--);
    });
  }

  /** Waits for the running requests of a server that has stopped listening, then closes idle and incomplete connections. */
  async drain(): Promise<void> {
    await sleep(DRAIN_POLL_MS);
    await waitUntilIdle(() => this.runningCount);
    this.server.closeAllConnections();
  }
}

/** Waits until nothing runs, for 10 s at most. */
export async function waitUntilIdle(countRunning: () => number): Promise<void> {
  for (let waited = 0; countRunning() > 0 && waited < DRAIN_TIMEOUT_MS; waited += DRAIN_POLL_MS)
    await sleep(DRAIN_POLL_MS);
}

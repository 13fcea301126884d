import type { Cluster } from './cluster.js';
import { isRunning } from './pid-file.js';
import { findPostmaster, launchPostmaster, type Postmaster } from './postmaster.js';

const MAX_RESTARTS = 3;
const WITHIN_MS = 60_000;

/** Listeners of a PostgreSQL that ended without being stopped. */
export interface RestartListeners {
  /** It runs again, on the same port. */
  onRestarted?: () => void;
  /** It is not started any more: it ended too often, or does not start. Called once. */
  onFailed?: (error: Error) => void;
}

/** Starts PostgreSQL again when it has ended, on the same port, at most three times a minute. */
export class Restarts {
  private readonly restartedAt: number[] = [];
  private running?: Promise<void>;
  private failure?: Error;
  private isStopped = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly settings: Record<string, string>,
    private postmaster: Postmaster,
    private readonly listeners: RestartListeners,
  ) {}

  get current(): Postmaster {
    return this.postmaster;
  }

  isAlive(): boolean {
    return isRunning(this.postmaster.pid, this.cluster.path);
  }

  /** Resolves when PostgreSQL runs; rejects after too many restarts. */
  async ensureRunning(): Promise<void> {
    if (this.failure) throw this.failure;
    if (this.isStopped || this.isAlive()) return;
    this.running ??= this.restart().finally(() => (this.running = undefined));
    await this.running;
  }

  /** No restart follows; resolves after a running one. */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.running?.catch(() => undefined);
  }

  private async restart(): Promise<void> {
    for (;;) {
      this.countRestart();
      const postmaster = await this.launch(this.postmaster.port).catch(() => undefined); // the log has the reason
      if (!postmaster) continue;
      this.postmaster = postmaster;
      return this.listeners.onRestarted?.();
    }
  }

  /** Reports a failure and throws it when no restart is left. */
  private countRestart(): void {
    const now = performance.now();
    const recent = this.restartedAt.filter((at) => now - at < WITHIN_MS);
    if (recent.length >= MAX_RESTARTS) {
      this.failure = new Error(
        `PostgreSQL ended ${MAX_RESTARTS + 1} times within a minute. See ${this.cluster.logFile}.`,
      );
      this.listeners.onFailed?.(this.failure);
      throw this.failure;
    }
    this.restartedAt.splice(0, Infinity, ...recent, now);
  }

  private async launch(port: number): Promise<Postmaster> {
    for (;;) {
      const found =
        (await findPostmaster(this.cluster)) ??
        (await launchPostmaster(this.cluster, this.settings, () => Promise.resolve(port)));
      if (found?.port === port) return found;
      if (found) throw new Error(`Another server has started PostgreSQL in ${this.cluster.path}.`);
    }
  }
}

import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { v4 as randomId } from 'uuid';
import { Poller } from '../jobs/poller.js';
import { FailureLog } from '../logging/failure-log.js';
import { DatabaseEpoch } from './database-epoch.js';
import { Database } from './database.js';

const RENEW_MS = 10_000;
const FORGET_SECONDS = 60;

/**
 * Row of this process among the server processes of the database, renewed every 10 seconds together with the check of the epoch.
 * Events reach the sockets of their own process only, so another one is reported once.
 */
@Injectable()
export class ServerNodes implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ServerNodes.name);
  private readonly nodeId = randomId();
  /** Other processes at the last renewal, with the times of their renewals. */
  private others = new Map<string, number>();
  private hasWarned = false;
  private readonly poller = new Poller(
    { intervalMs: RENEW_MS },
    new FailureLog(this.logger, 'Renewal of the server node'),
    () => this.renew(),
  );

  constructor(
    private readonly database: Database,
    private readonly epoch: DatabaseEpoch,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.renew();
    this.poller.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.poller.stop();
    await this.database
      .query('DELETE FROM server_nodes WHERE node_id = $1', [this.nodeId])
      .catch((error: Error) => this.logger.debug(`Server node not deleted: ${error.name}`));
  }

  async renew(): Promise<void> {
    await this.epoch.checkEpoch();
    const rows = await this.database.query<{ node_id: string; seen_at: Date }>(
      `WITH forgotten AS (DELETE FROM server_nodes WHERE seen_at < now() - make_interval(secs => $2) AND node_id <> $1),
       renewed AS (
         INSERT INTO server_nodes (node_id, seen_at) VALUES ($1, now())
         ON CONFLICT (node_id) DO UPDATE SET seen_at = excluded.seen_at
       )
       SELECT node_id, seen_at FROM server_nodes WHERE node_id <> $1`,
      [this.nodeId, FORGET_SECONDS],
    );
    // A killed process leaves its row: only a renewed one shows a running process.
    const isRunning = rows.some(
      ({ node_id, seen_at }) => (this.others.get(node_id) ?? Infinity) < seen_at.getTime(),
    );
    this.others = new Map(rows.map(({ node_id, seen_at }) => [node_id, seen_at.getTime()]));
    if (isRunning && !this.hasWarned) this.warn();
  }

  private warn(): void {
    this.hasWarned = true;
    this.logger.warn('Another server uses this database: events do not reach the sockets of the other one.');
  }
}

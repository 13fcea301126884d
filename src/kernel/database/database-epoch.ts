import { Injectable, Logger } from '@nestjs/common';
import { Database } from './database.js';

type Listener = (epoch: string) => void;

/**
 * Identity of the data: a restored dump has other tables, a restored base backup another timeline, as has a promoted standby that
 * may lack the last commits.
 */
const ORIGIN = [
  '(SELECT system_identifier FROM pg_control_system())',
  'left(pg_walfile_name(pg_current_wal_lsn()), 8)', // timeline
  '(SELECT oid FROM pg_database WHERE datname = current_database())',
  `'conversations'::regclass::oid`,
];
/** Part of the origin that every PostgreSQL service shows. */
const LOCAL_ORIGIN = ORIGIN.slice(2);
/** SQLSTATE of services that do not show the whole origin: insufficient_privilege, undefined_function, feature_not_supported. */
const UNSUPPORTED = new Set(['42501', '42883', '0A000']);
const LATEST = 'SELECT epoch, origin FROM database_epochs ORDER BY started_at DESC, epoch DESC LIMIT 1';

/**
 * Epoch of the versions of this database. A restored backup assigns versions again that clients already hold with other content, so
 * it begins a new epoch, in which clients discard what they hold.
 */
@Injectable()
export class DatabaseEpoch {
  private readonly logger = new Logger(DatabaseEpoch.name);
  private readonly listeners: Listener[] = [];
  /** Epoch at the last check. */
  private lastKnown?: string;
  private origin = ORIGIN;

  constructor(private readonly database: Database) {}

  /** Registers a listener for an epoch that began while the server runs. */
  onChanged(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Epoch at the last check if it is another one than the given, else null. */
  findOther(epoch: string): string | null {
    return this.lastKnown === undefined || this.lastKnown === epoch ? null : this.lastKnown;
  }

  async getEpoch(): Promise<string> {
    const row = await this.database.queryOne<{ epoch: string }>(LATEST);
    return row?.epoch ?? this.checkEpoch();
  }

  /** Begins a new epoch if the data has another origin than before. Returns the current epoch. */
  async checkEpoch(): Promise<string> {
    const epoch = await this.beginIfForeign();
    const hasChanged = this.lastKnown !== undefined && this.lastKnown !== epoch;
    this.lastKnown = epoch;
    if (hasChanged) this.announce(epoch);
    return epoch;
  }

  private async beginIfForeign(): Promise<string> {
    try {
      return await this.beginIfOriginDiffers();
    } catch (error) {
      if (!UNSUPPORTED.has((error as { code?: string }).code ?? '')) throw error;
      this.origin = LOCAL_ORIGIN;
      return this.beginIfOriginDiffers();
    }
  }

  private async beginIfOriginDiffers(): Promise<string> {
    const row = await this.database.queryOne<{ epoch: string }>(
      `WITH current AS (SELECT concat_ws('/', ${this.origin.join()}) AS origin), latest AS (${LATEST}), begun AS (
         INSERT INTO database_epochs (epoch, origin, started_at) SELECT gen_random_uuid(), origin, clock_timestamp() FROM current
         WHERE NOT EXISTS (SELECT FROM latest WHERE latest.origin = current.origin) RETURNING epoch
       )
       SELECT epoch FROM begun UNION ALL SELECT epoch FROM latest LIMIT 1`,
    );
    return row!.epoch;
  }

  private announce(epoch: string): void {
    this.logger.warn('The database has a new epoch: clients discard what they hold and sync.');
    for (const listener of this.listeners) listener(epoch);
  }
}

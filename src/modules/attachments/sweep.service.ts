import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { recurringJob } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { keyOf, PARTS, Storage } from './storage/storage.js';
import { SweepRepository } from './sweep.repository.js';

const sweep = recurringJob('attachments.sweep', { everySeconds: 15 * 60 });

const AT_ONCE = 500;
const SOON_MS = 200;
const LONGEST_UPLOAD_MS = 60 * 60_000;

/**
 * Deletes files that no message shows. A row goes first and leaves its name behind in the same transaction (a trigger);
 * then its objects go, and the name last: wherever this is interrupted, the next sweep goes on.
 */
@Injectable()
export class SweepService implements OnModuleDestroy {
  private readonly logger = new Logger(SweepService.name);
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<void>;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly rows: SweepRepository,
    private readonly storage: Storage,
    jobs: Jobs,
  ) {
    jobs.work(sweep, () => this.sweep());
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** Something has just been deleted. What this misses, the job finds. */
  soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.sweeping = this.sweep().catch((error: Error) => this.logger.warn(`Swept nothing: ${error.name}`));
    }, SOON_MS).unref();
  }

  async sweep(): Promise<void> {
    while ((await this.deleteRows()) >= AT_ONCE);
    while ((await this.deleteObjects()) >= AT_ONCE);
    await this.clearIncoming();
  }

  private deleteRows(): Promise<number> {
    return this.unitOfWork.run(async () => {
      const ids = await this.rows.lockUnused(AT_ONCE);
      if (ids.length > 0) await this.rows.deleteUnlinked(ids);
      return ids.length;
    });
  }

  private async deleteObjects(): Promise<number> {
    const ids = await this.rows.dueLeftovers(AT_ONCE);
    if (ids.length === 0) return 0;
    await this.storage.delete(ids.flatMap((id) => PARTS.map((part) => keyOf(id, part))));
    await this.rows.forgetLeftovers(ids);
    return ids.length;
  }

  /** What a node that was killed had begun to receive. */
  private async clearIncoming(): Promise<void> {
    const names = await readdir(this.storage.incoming).catch(() => []);
    for (const name of names) {
      const path = join(this.storage.incoming, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < Date.now() - LONGEST_UPLOAD_MS) await rm(path, { recursive: true, force: true });
    }
  }
}

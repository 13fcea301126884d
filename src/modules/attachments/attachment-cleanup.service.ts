import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import pLimit from 'p-limit';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { recurringJob } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { keyOf, PARTS, Storage } from './storage/storage.js';
import { AttachmentCleanupRepository } from './attachment-cleanup.repository.js';

const sweep = recurringJob('attachment.cleanup', { everySeconds: 15 * 60 });

const AT_ONCE = 500;
const OBJECTS_AT_ONCE = 8;
const SOON_MS = 200;
const MAX_UPLOAD_MS = 60 * 60_000;

/**
 * Deletes files that no message shows. A row goes first and leaves its name behind in the same transaction (a trigger);
 * then its objects go, and the name last: wherever this is interrupted, the next sweep goes on.
 */
@Injectable()
export class AttachmentCleanupService implements OnModuleDestroy {
  private readonly logger = new Logger(AttachmentCleanupService.name);
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<void>;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly rows: AttachmentCleanupRepository,
    private readonly storage: Storage,
    jobs: Jobs,
  ) {
    jobs.registerHandler(sweep, () => this.runCleanup());
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** Something has just been deleted. What this misses, the job finds. */
  requestCleanup(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.sweeping = Promise.resolve(this.sweeping)
        .then(() => this.runCleanup())
        .catch((error: Error) => this.logger.warn(`Swept not all: ${error.name}`));
    }, SOON_MS).unref();
  }

  async runCleanup(): Promise<void> {
    try {
      while ((await this.deleteRows()) >= AT_ONCE);
      while ((await this.deleteObjects()) >= AT_ONCE);
    } finally {
      await this.clearIncoming();
    }
  }

  private deleteRows(): Promise<number> {
    return this.unitOfWork.run(async () => {
      const ids = await this.rows.lockUnused(AT_ONCE);
      if (ids.length > 0) await this.rows.deleteUnlinked(ids);
      return ids.length;
    });
  }

  /** One by one: what cannot go now is tried again later, and holds up nothing else. */
  private async deleteObjects(): Promise<number> {
    const ids = await this.rows.listDueDeletions(AT_ONCE);
    if (ids.length === 0) return 0;
    const limit = pLimit(OBJECTS_AT_ONCE);
    const [gone, stuck]: [string[], string[]] = [[], []];
    const remove = (id: string): Promise<unknown> =>
      limit(() => this.storage.delete(PARTS.map((part) => keyOf(id, part)))).then(
        () => gone.push(id),
        () => stuck.push(id),
      );
    await Promise.all(ids.map(remove));
    await this.rows.deleteDeletions(gone);
    if (stuck.length > 0) {
      await this.rows.postponeDeletions(stuck);
      this.logger.warn(`Files that could not be deleted now: ${stuck.length}`);
    }
    return gone.length > 0 ? ids.length : 0; // the store may not work at all
  }

  /** What a node that was killed had begun to receive. */
  private async clearIncoming(): Promise<void> {
    const names = await readdir(this.storage.incoming).catch(() => []);
    for (const name of names) {
      const path = join(this.storage.incoming, name);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
      if (mtimeMs < Date.now() - MAX_UPLOAD_MS) await rm(path, { recursive: true, force: true });
    }
  }
}

import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import pLimit from 'p-limit';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { recurringJob } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { FailureLog } from '../../kernel/logging/failure-log.js';
import { Poller } from '../../kernel/jobs/poller.js';
import { toObjectKey, PARTS, Storage } from './storage.js';
import { AttachmentCleanupRepository } from './attachment-cleanup.repository.js';

const cleanupJob = recurringJob('attachment.cleanup', { everySeconds: 15 * 60 });

const BATCH_SIZE = 500;
const MAX_CONCURRENT_DELETIONS = 8;
const CLEANUP_DELAY_MS = 200;
/** Age of the last write after which a partial upload is abandoned. */
const MAX_IDLE_MS = 60 * 60_000;

/**
 * Deletes files that no message shows. Deleting a row enqueues its objects in the same transaction (a trigger); then the
 * objects are deleted, the queue entry last. The next cleanup continues after any interruption.
 */
@Injectable()
export class AttachmentCleanupService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(AttachmentCleanupService.name);
  /** Keeps a requested cleanup and a cleanup of the job from running at the same time. */
  private readonly cleanupLimit = pLimit(1);
  /** Runs only on request. */
  private readonly poller = new Poller(
    { intervalMs: Infinity },
    new FailureLog(this.logger, 'Attachment cleanup'),
    () => this.runCleanup(),
  );

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly repository: AttachmentCleanupRepository,
    private readonly storage: Storage,
    jobs: Jobs,
  ) {
    jobs.registerHandler(cleanupJob, () => this.runCleanup());
  }

  onApplicationBootstrap(): void {
    this.poller.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.poller.stop();
  }

  /** Runs a cleanup soon on this node. The recurring job covers what it misses. */
  requestCleanup(): void {
    this.poller.wake(CLEANUP_DELAY_MS);
  }

  runCleanup(): Promise<void> {
    return this.cleanupLimit(() => this.cleanUp());
  }

  private async cleanUp(): Promise<void> {
    try {
      while ((await this.deleteRows()) >= BATCH_SIZE);
      while ((await this.deleteDueObjects()) >= BATCH_SIZE);
    } finally {
      await this.deleteAbandonedUploads();
    }
  }

  private deleteRows(): Promise<number> {
    return this.unitOfWork.run(async () => {
      const ids = await this.repository.lockCandidates(BATCH_SIZE);
      if (ids.length > 0) await this.repository.deleteUnlinked(ids);
      return ids.length;
    });
  }

  /** Deletes objects one by one. A failed deletion is postponed and blocks no other. */
  private async deleteDueObjects(): Promise<number> {
    const ids = await this.repository.listDueDeletions(BATCH_SIZE);
    if (ids.length === 0) return 0;
    const limit = pLimit(MAX_CONCURRENT_DELETIONS);
    const [deleted, failed]: [string[], string[]] = [[], []];
    const remove = (id: string): Promise<unknown> =>
      limit(() => this.storage.deleteObjects(PARTS.map((part) => toObjectKey(id, part)))).then(
        () => deleted.push(id),
        () => failed.push(id),
      );
    await Promise.all(ids.map(remove));
    await this.repository.deleteProcessedDeletions(deleted);
    if (failed.length > 0) {
      await this.repository.postponeDeletions(failed);
      this.logger.warn(`Files not deleted, to be retried: ${failed.length}`);
    }
    return deleted.length > 0 ? ids.length : 0; // without any success the storage may be down
  }

  /** Deletes partial uploads of killed nodes. A running upload, of any length, writes to its files. */
  private async deleteAbandonedUploads(): Promise<void> {
    const names = await readdir(this.storage.incoming).catch(() => []);
    for (const name of names) {
      const path = join(this.storage.incoming, name);
      if ((await findLastWrite(path)) < Date.now() - MAX_IDLE_MS)
        await rm(path, { recursive: true, force: true });
    }
  }
}

/** Time of the last change of a directory or of a file in it, in ms; infinite when it cannot be read. */
async function findLastWrite(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const times = await Promise.all(
    [directory, ...names.map((name) => join(directory, name))].map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => Infinity,
      ),
    ),
  );
  return Math.max(...times);
}

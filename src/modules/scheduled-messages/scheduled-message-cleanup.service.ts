import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { recurringJob } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { ScheduledMessageChangesService } from './scheduled-message-changes.service.js';
import { ScheduledMessagesRepository } from './scheduled-messages.repository.js';

const cleanupJob = recurringJob('scheduled_message.cleanup', { everySeconds: 60 * 60 });

const BATCH_SIZE = 500;

/**
 * Bounds the finished scheduled messages: after the configured time sent and cancelled ones are deleted, and failed ones are
 * cancelled, which their sender is informed of.
 */
@Injectable()
export class ScheduledMessageCleanupService {
  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly repository: ScheduledMessagesRepository,
    private readonly changes: ScheduledMessageChangesService,
    jobs: Jobs,
  ) {
    jobs.registerHandler(cleanupJob, () => this.deleteExpired());
  }

  async deleteExpired(): Promise<void> {
    const { scheduledMessageRetentionDays: days } = this.config;
    while ((await this.repository.deleteFinishedBefore(days, BATCH_SIZE)) === BATCH_SIZE);
    while ((await this.cancelFailed(days)) === BATCH_SIZE);
  }

  private async cancelFailed(days: number): Promise<number> {
    const rows = await this.repository.listFailedBefore(days, BATCH_SIZE);
    for (const { id, sender_id: senderId } of rows)
      await this.unitOfWork.run(async () => {
        await this.changes.lockSender(senderId, { includeInactive: true });
        const row = await this.repository.lockScheduledMessage(id);
        if (row?.state === 'failed') await this.changes.endScheduledMessage(row, { state: 'cancelled' });
      });
    return rows.length;
  }
}

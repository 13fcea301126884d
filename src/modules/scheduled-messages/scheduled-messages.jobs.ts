import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { AppError } from '../../kernel/errors/app-error.js';
import { job } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import type { ScheduledMessageRow } from './dto/scheduled-message.dto.js';
import { ScheduledMessageSendingService } from './scheduled-message-sending.service.js';
import { ScheduledMessagesRepository } from './scheduled-messages.repository.js';

/** Send time of a message. A job of an earlier send time finds the message not due and does nothing. */
const sendJob = job<{ scheduledMessageId: string }>('scheduled_message.send');

/** One job per send time of a scheduled message, enqueued in the transaction that sets the time. */
@Injectable()
export class ScheduledMessageJobs {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly repository: ScheduledMessagesRepository,
    private readonly sender: ScheduledMessageSendingService,
    private readonly jobs: Jobs,
  ) {
    jobs.registerHandler(sendJob, ({ scheduledMessageId }) => this.handleSendTime(scheduledMessageId));
  }

  async scheduleSendJob({ id, send_at }: ScheduledMessageRow): Promise<void> {
    await this.jobs.schedule(sendJob, { scheduledMessageId: id }, send_at);
  }

  /** An error of the sender (status below 500) fails the message for good. Other errors are retried with the job. */
  private async handleSendTime(scheduledMessageId: string): Promise<void> {
    const row = await this.repository.findScheduledMessage(scheduledMessageId);
    if (row?.state !== 'scheduled') return;
    try {
      await this.unitOfWork.savepoint(() => this.sender.sendIfDue(row));
    } catch (error) {
      if (!(error instanceof AppError) || error.kind.status >= 500) throw error;
      await this.sender.failScheduledMessage(row, error.kind.code);
    }
  }
}

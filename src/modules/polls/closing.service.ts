import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { job } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { PollDto, type PollIdDto } from './dto/poll.dto.js';
import { PollsAccess } from './polls.access.js';
import { pollClosed } from './polls.errors.js';
import { PollsRepository } from './polls.repository.js';
import { ResultsService } from './results.service.js';

/** Its time has come; or it was closed before, or is gone: then there is nothing to do. */
const due = job<{ pollId: string }>('poll.close');

/** The end of a poll, by somebody or by its time: once, under the lock that every vote waits for. */
@Injectable()
export class ClosingService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly polls: PollsRepository,
    private readonly access: PollsAccess,
    private readonly conversations: ConversationsAccess,
    private readonly results: ResultsService,
    private readonly jobs: Jobs,
  ) {
    jobs.registerHandler(due, ({ pollId }) => this.closeDue(pollId));
  }

  async scheduleClose(pollId: string, at: Date): Promise<void> {
    await this.jobs.enqueue(due, { pollId }, { at });
  }

  close(user: AuthUser, { pollId }: PollIdDto): Promise<PollDto> {
    return this.unitOfWork.run(async () => {
      const poll = await this.access.requireCloser(user, pollId);
      const isClosed = await this.polls.close(pollId, user.userId);
      if (!isClosed) throw (await this.polls.find(pollId)) ? pollClosed() : notFound();
      await this.results.publishResults(poll, user.userId);
      return PollDto.from((await this.polls.findFor(user.userId, pollId))!);
    });
  }

  private async closeDue(pollId: string): Promise<void> {
    const poll = await this.polls.find(pollId);
    if (!poll) return;
    await this.conversations.lock(poll.conversation_id);
    if (await this.polls.closeDue(pollId)) await this.results.publishResults(poll, null);
  }
}

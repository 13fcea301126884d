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
import { PollResultsService } from './poll-results.service.js';

/** Closing time of a poll. The handler does nothing when the poll is closed or deleted already. */
const closePollJob = job<{ pollId: string }>('poll.close');

/** Closing of polls, by a user or by closing time. A poll closes once, under the conversation lock that votes take as well. */
@Injectable()
export class PollClosingService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly polls: PollsRepository,
    private readonly access: PollsAccess,
    private readonly conversations: ConversationsAccess,
    private readonly results: PollResultsService,
    private readonly jobs: Jobs,
  ) {
    jobs.registerHandler(closePollJob, ({ pollId }) => this.closeDuePoll(pollId));
  }

  async scheduleClose(pollId: string, at: Date): Promise<void> {
    await this.jobs.schedule(closePollJob, { pollId }, at);
  }

  closePoll(user: AuthUser, { pollId }: PollIdDto): Promise<PollDto> {
    return this.unitOfWork.run(async () => {
      const poll = await this.access.requireCloser(user, pollId);
      const isClosed = await this.polls.closePollRow(pollId, user.userId);
      if (!isClosed) throw (await this.polls.findPoll(pollId)) ? pollClosed() : notFound();
      await this.results.publishResults(poll, user.userId);
      return PollDto.from((await this.polls.findPollForUser(user.userId, pollId))!);
    });
  }

  private async closeDuePoll(pollId: string): Promise<void> {
    const poll = await this.polls.findPoll(pollId);
    if (!poll) return;
    await this.conversations.lock(poll.conversation_id);
    if (await this.polls.closeDuePoll(pollId)) await this.results.publishResults(poll, null);
  }
}

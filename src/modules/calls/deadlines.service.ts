import { Injectable } from '@nestjs/common';
import { recurringJob } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { CallsRepository } from './calls.repository.js';
import { overdue } from './course.js';
import { StepsService } from './steps.service.js';
import { watchCall, WatchService } from './watch.service.js';

const FORGOTTEN_SECONDS = 60;

const rewatch = recurringJob('call.rewatch', { everySeconds: 60 });

/** Looks at a call when something of it may be over: by the database's clock, on any node, after a restart too. */
@Injectable()
export class DeadlinesService {
  constructor(
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly steps: StepsService,
    private readonly watch: WatchService,
    jobs: Jobs,
  ) {
    jobs.work(watchCall, ({ callId, isExtra }) => this.look(callId, isExtra));
    jobs.work(rewatch, () => this.watchForgotten());
  }

  /** A look that failed too often comes no more, and its call would keep its people and its place for ever. */
  private async watchForgotten(): Promise<void> {
    for (const call of await this.calls.overdue(FORGOTTEN_SECONDS)) await this.watch.expect(call);
  }

  /** Ends what is over, and has the next deadline waited for. */
  private async look(callId: string, isExtra = false): Promise<void> {
    const conversationId = await this.calls.findConversationOf(callId);
    if (!conversationId) return;
    await this.access.lock(conversationId);
    const locked = await this.calls.find(callId);
    if (!locked || locked.call.state === 'ended') return;
    const after = overdue(locked.call, locked.now);
    await this.steps.take(locked.call, after, null);
    if (!isExtra) await this.watch.expect(after);
  }
}

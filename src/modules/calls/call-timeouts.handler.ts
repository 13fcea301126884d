import { Injectable } from '@nestjs/common';
import { recurringJob } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { CallsRepository } from './calls.repository.js';
import { applyTimeouts } from './call-state-machine.js';
import { CallTransitionsService } from './call-transitions.service.js';
import { callTimeout, CallTimeoutsScheduler } from './call-timeouts.scheduler.js';

const FORGOTTEN_SECONDS = 60;

const rewatch = recurringJob('call.timeout_sweep', { everySeconds: 60 });

/** Looks at a call when something of it may be over: by the database's clock, on any node, after a restart too. */
@Injectable()
export class CallTimeoutsHandler {
  constructor(
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly steps: CallTransitionsService,
    private readonly watch: CallTimeoutsScheduler,
    jobs: Jobs,
  ) {
    jobs.registerHandler(callTimeout, ({ callId, isExtra }) => this.handleTimeout(callId, isExtra));
    jobs.registerHandler(rewatch, () => this.rescheduleMissing());
  }

  /** A look that failed too often comes no more, and its call would keep its people and its place for ever. */
  private async rescheduleMissing(): Promise<void> {
    for (const call of await this.calls.overdue(FORGOTTEN_SECONDS)) await this.watch.schedule(call);
  }

  /** Ends what is over, and has the next deadline waited for. */
  private async handleTimeout(callId: string, isExtra = false): Promise<void> {
    const conversationId = await this.calls.findConversationOf(callId);
    if (!conversationId) return;
    await this.access.lock(conversationId);
    const locked = await this.calls.find(callId);
    if (!locked || locked.call.state === 'ended') return;
    const after = applyTimeouts(locked.call, locked.now);
    await this.steps.apply(locked.call, after, null);
    if (!isExtra) await this.watch.schedule(after);
  }
}

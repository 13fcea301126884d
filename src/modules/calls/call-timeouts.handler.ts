import { Injectable } from '@nestjs/common';
import { recurringJob } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { CallsRepository } from './calls.repository.js';
import { applyTimeouts } from './call-state-machine.js';
import { CallTransitionsService } from './call-transitions.service.js';
import { callTimeout, CallTimeoutsScheduler } from './call-timeouts.scheduler.js';
import { DeviceLeaseRenewer } from './device-lease-renewer.js';

const LOST_JOB_SECONDS = 60;

const timeoutSweep = recurringJob('call.timeout_sweep', { everySeconds: 60 });

/** Applies the timeouts of calls by the database clock, on any node, also after a restart. */
@Injectable()
export class CallTimeoutsHandler {
  constructor(
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly transitions: CallTransitionsService,
    private readonly scheduler: CallTimeoutsScheduler,
    private readonly leaseRenewer: DeviceLeaseRenewer,
    jobs: Jobs,
  ) {
    jobs.registerHandler(callTimeout, ({ callId, isExtra }) => this.handleTimeout(callId, isExtra));
    jobs.registerHandler(timeoutSweep, () => this.rescheduleMissing());
  }

  /** A job that failed too often is not retried. Without another job its call would never end. */
  private async rescheduleMissing(): Promise<void> {
    for (const call of await this.calls.listOverdue(LOST_JOB_SECONDS)) await this.scheduler.schedule(call);
  }

  /** Applies passed timeouts and schedules the next deadline. */
  private async handleTimeout(callId: string, isExtra = false): Promise<void> {
    const conversationId = await this.calls.findConversationId(callId);
    if (!conversationId) return;
    await this.access.lock(conversationId);
    const locked = await this.calls.findCall(callId);
    if (!locked || locked.call.state === 'ended') return;
    const outageEnd = this.leaseRenewer.findOutageEnd(locked.now);
    const after = applyTimeouts(locked.call, locked.now, { ringOnly: outageEnd !== null });
    await this.transitions.applyTransition(locked.call, after, null);
    if (!isExtra) await this.scheduler.schedule(after, outageEnd);
    else if (outageEnd) await this.scheduler.scheduleAt(callId, outageEnd);
  }
}

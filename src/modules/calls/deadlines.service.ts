import { Injectable } from '@nestjs/common';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { CallsRepository, type LockedCall } from './calls.repository.js';
import { leave, ringOut } from './course.js';
import type { WholeCall } from './dto/call.dto.js';
import { StepsService } from './steps.service.js';
import { watchCall, WatchService } from './watch.service.js';

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
  }

  /** Ends what is over, and has the next deadline waited for. */
  private async look(callId: string, isExtra = false): Promise<void> {
    const conversationId = await this.calls.findConversationOf(callId);
    if (!conversationId) return;
    await this.access.lock(conversationId);
    const locked = await this.calls.find(callId);
    if (!locked || locked.call.state === 'ended') return;
    const after = afterDeadlines(locked);
    await this.steps.take(locked.call, after, null);
    if (!isExtra) await this.watch.expect(after);
  }
}

function afterDeadlines({ call, now }: LockedCall): WholeCall {
  if (call.state === 'ringing' && call.ring_expires_at <= now) return ringOut(call, now);
  const lost = call.participants.filter(
    ({ lease_expires_at }) => lease_expires_at && lease_expires_at <= now,
  );
  return lost.reduce(
    (after, { user_id }) => (after.state === 'ended' ? after : leave(after, user_id, now, { lost: true })),
    call,
  );
}

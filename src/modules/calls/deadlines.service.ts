import { Injectable } from '@nestjs/common';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { memberRemoved } from '../conversations/members.contract.js';
import { CallsRepository, type LockedCall } from './calls.repository.js';
import { expel, leave, ringOut } from './course.js';
import type { WholeCall } from './dto/call.dto.js';
import { StepsService } from './steps.service.js';
import { watchCall, WatchService } from './watch.service.js';

/** What happens to a call without anybody asking for it: time passes, connections are lost, members are removed. */
@Injectable()
export class DeadlinesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly steps: StepsService,
    private readonly watch: WatchService,
    publisher: Publisher,
    jobs: Jobs,
  ) {
    jobs.work(watchCall, ({ callId }) => this.look(callId));
    // Should this get lost, the lease of who is no member is not renewed.
    publisher.on(memberRemoved, ({ conversationId, userId }) => void this.expel(conversationId, userId));
  }

  /** Ends what is over by the database's clock, and waits for the next deadline. */
  private async look(callId: string): Promise<void> {
    const conversationId = await this.calls.findConversationOf(callId);
    if (!conversationId) return;
    await this.access.lock(conversationId);
    const locked = await this.calls.find(callId);
    if (!locked || locked.call.state === 'ended') return;
    const after = this.afterDeadlines(locked);
    await this.steps.take(locked.call, after, null);
    await this.watch.expect(after);
  }

  private afterDeadlines({ call, now }: LockedCall): WholeCall {
    if (call.state === 'ringing' && call.ring_expires_at <= now) return ringOut(call, now);
    const lost = call.participants.filter(
      ({ lease_expires_at }) => lease_expires_at && lease_expires_at <= now,
    );
    return lost.reduce(
      (after, { user_id }) => (after.state === 'ended' ? after : leave(after, user_id, now, { lost: true })),
      call,
    );
  }

  private async expel(conversationId: string, userId: string): Promise<void> {
    await this.unitOfWork.run(async () => {
      await this.access.lock(conversationId);
      const live = await this.calls.findLive(conversationId);
      if (live) await this.steps.take(live.call, expel(live.call, userId, live.now), userId);
    });
  }
}

import { Injectable } from '@nestjs/common';
import { job } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { rings } from './call-state-machine.js';
import type { WholeCall } from './dto/call.dto.js';

interface Look {
  callId: string;
  /** Another look waits for this call all the time, and brings about the next one. */
  isExtra?: boolean;
}

/** Something of a call may be over by then: its ringing, or the lease of somebody in it. */
export const callTimeout = job<Look>('call.timeout');

/**
 * Has a live call looked at when its next deadline comes. One look waits for each call; only it asks for the next one: who
 * takes it holds its row, so another who has the conversation's lock must not ask for the same.
 */
@Injectable()
export class CallTimeoutsScheduler {
  constructor(private readonly jobs: Jobs) {}

  async schedule(call: WholeCall): Promise<void> {
    const at = deadlineOf(call);
    if (at) await this.jobs.enqueue(callTimeout, { callId: call.id }, { at, key: call.id });
  }

  /** One look more, because something may be over earlier than was known. */
  async scheduleAt(callId: string, at: Date): Promise<void> {
    await this.jobs.enqueue(callTimeout, { callId, isExtra: true }, { at });
  }
}

/** Null: it has ended. */
export function deadlineOf(call: WholeCall): Date | null {
  if (call.state === 'ended') return null;
  const leases = call.participants.flatMap(({ lease_expires_at }) => lease_expires_at?.getTime() ?? []);
  const ring = rings(call) ? [call.ring_expires_at.getTime()] : [];
  return new Date(Math.min(...leases, ...ring));
}

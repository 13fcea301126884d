import { Injectable } from '@nestjs/common';
import { job } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import type { WholeCall } from './dto/call.dto.js';

/** Something of a call may be over by then: its ringing, or the lease of somebody in it. */
export const watchCall = job<{ callId: string }>('call.watch');

/** Has a live call looked at when its next deadline comes. One look waits for each call, whoever wants it. */
@Injectable()
export class WatchService {
  constructor(private readonly jobs: Jobs) {}

  async expect(call: WholeCall): Promise<void> {
    const at = deadlineOf(call);
    if (at) await this.jobs.send(watchCall, { callId: call.id }, { at, key: call.id });
  }

  /** One look more, because something may be over earlier than was known. */
  async expectAt(callId: string, at: Date): Promise<void> {
    await this.jobs.send(watchCall, { callId }, { at });
  }
}

/** Null: it has ended. */
export function deadlineOf({ state, ring_expires_at, participants }: WholeCall): Date | null {
  if (state === 'ended') return null;
  const leases = participants.flatMap(({ lease_expires_at }) => lease_expires_at?.getTime() ?? []);
  const ring = state === 'ringing' ? [ring_expires_at.getTime()] : [];
  return new Date(Math.min(...leases, ...ring));
}

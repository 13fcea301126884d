import { Injectable } from '@nestjs/common';
import { job } from '../../kernel/jobs/job.js';
import { Jobs } from '../../kernel/jobs/jobs.js';
import { isRinging } from './call-state-machine.js';
import type { CallWithParticipants } from './dto/call.dto.js';

/** Timeout job of a call. */
interface CallTimeout {
  callId: string;
  /** Additional job for an earlier deadline. Only the regular job schedules the next one. */
  isExtra?: boolean;
}

/** Next deadline of a call: ring time or device lease. */
export const callTimeout = job<CallTimeout>('call.timeout');

/**
 * Schedules one timeout job per live call. Only that job schedules the next one: it holds its job row, so a holder of the
 * conversation lock that scheduled the same key would deadlock.
 */
@Injectable()
export class CallTimeoutsScheduler {
  constructor(private readonly jobs: Jobs) {}

  /** `outageEnd`: no lease expires before. */
  async schedule(call: CallWithParticipants, outageEnd: Date | null = null): Promise<void> {
    const at = findDeadline(call, outageEnd);
    if (at) await this.jobs.schedule(callTimeout, { callId: call.id }, at, call.id);
  }

  /** Additional job for a deadline earlier than the scheduled one. */
  async scheduleAt(callId: string, at: Date): Promise<void> {
    await this.jobs.schedule(callTimeout, { callId, isExtra: true }, at);
  }
}

/** Earliest deadline; null when the call has ended. `outageEnd`: no lease expires before. */
export function findDeadline(call: CallWithParticipants, outageEnd: Date | null = null): Date | null {
  if (call.state === 'ended') return null;
  const least = outageEnd?.getTime() ?? 0;
  const leases = call.participants.flatMap(({ lease_expires_at }) =>
    lease_expires_at ? Math.max(lease_expires_at.getTime(), least) : [],
  );
  const ring = isRinging(call) ? [call.ring_expires_at.getTime()] : [];
  return new Date(Math.min(...leases, ...ring));
}

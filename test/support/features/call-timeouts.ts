import { query } from '../servers/embedded-postgres-fixture.js';
import { waitUntil } from '../environment/wait-until.js';

interface Database {
  ownerUrl: string;
}

/** Lease of the device of a joined participant, by the database clock. */
export interface Lease {
  userId: string;
  secondsLeft: number;
  /** Seconds between the disconnect of the device and the end of its lease; null for a connected device. */
  reconnectSeconds: number | null;
  /** Whether a timeout job waits for the end of the lease. */
  hasJob: boolean;
}

export function listLeases({ ownerUrl }: Database, callId: string): Promise<Lease[]> {
  return query<Lease & Record<string, unknown>>(
    ownerUrl,
    `SELECT user_id AS "userId", extract(epoch FROM lease_expires_at - clock_timestamp())::float AS "secondsLeft",
       extract(epoch FROM lease_expires_at - disconnected_at)::float AS "reconnectSeconds",
       EXISTS (SELECT FROM pgboss.job WHERE name = 'call.timeout' AND state = 'created'
         AND data ->> 'callId' = call_id::text
         AND start_after = date_trunc('milliseconds', lease_expires_at)) AS "hasJob"
     FROM call_participants WHERE call_id = '${callId}' AND state = 'joined'`,
  );
}

/** Sets the end of the leases of a call, or of one user, to a number of seconds from now. */
export async function setLeaseSeconds(
  { ownerUrl }: Database,
  callId: string,
  seconds: number,
  userId?: string,
): Promise<void> {
  await query(
    ownerUrl,
    `UPDATE call_participants SET lease_expires_at = clock_timestamp() + interval '${seconds} s'
     WHERE call_id = '${callId}' AND state = 'joined' ${userId ? `AND user_id = '${userId}'` : ''}`,
  );
}

/** Makes the waiting timeout jobs of a call due and waits until they have run. */
export async function runTimeoutJobs({ ownerUrl }: Database, callId: string): Promise<void> {
  const jobs = await query<{ id: string }>(
    ownerUrl,
    `UPDATE pgboss.job SET start_after = now() - interval '1 s'
     WHERE name = 'call.timeout' AND state = 'created' AND data ->> 'callId' = '${callId}' RETURNING id`,
  );
  const ids = jobs.map(({ id }) => `'${id}'`).join();
  if (!ids) throw new Error(`No timeout job of the call ${callId} is waiting.`);
  const running = `SELECT FROM pgboss.job WHERE name = 'call.timeout' AND id IN (${ids}) AND state <> 'completed'`;
  await waitUntil(async () => (await query(ownerUrl, running)).length === 0);
}

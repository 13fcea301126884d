import { query } from '../servers/embedded-postgres-fixture.js';

interface Database {
  ownerUrl: string;
}

/** A row with a time, and its queue, whose job data names the row in a field. */
interface Timer {
  table: string;
  column: string;
  /** Rows whose time may be changed. */
  where: string;
  queue: string;
  field: string;
}

const POLL: Timer = {
  table: 'polls',
  column: 'closes_at',
  where: 'closed_at IS NULL',
  queue: 'poll.close',
  field: 'pollId',
};
const RING: Timer = {
  table: 'calls',
  column: 'ring_expires_at',
  where: "state <> 'ended'",
  queue: 'call.timeout',
  field: 'callId',
};
const SCHEDULED_MESSAGE: Timer = {
  table: 'scheduled_messages',
  column: 'send_at',
  where: 'true',
  queue: 'scheduled_message.send',
  field: 'scheduledMessageId',
};

/**
 * Sets the closing time of a poll to now and makes its job due. Returns the new closing time; undefined when the poll is
 * closed.
 */
export function makePollDue(database: Database, pollId: string): Promise<string | undefined> {
  return makeRowDue(database, POLL, pollId);
}

/** Makes the job of a poll due; the poll may be closed or deleted. */
export function makePollJobDue(database: Database, pollId: string): Promise<void> {
  return makeFirstJobDue(database, POLL, pollId);
}

/** Sets the send time of a scheduled message to now and makes its job due. Returns the new send time. */
export async function makeScheduledMessageDue(database: Database, id: string): Promise<string> {
  return (await makeRowDue(database, SCHEDULED_MESSAGE, id))!;
}

/** Ends the ringing of a call now and makes its timeout job due. Returns the new end of the ringing. */
export async function makeRingDue(database: Database, callId: string): Promise<string> {
  return (await makeRowDue(database, RING, callId))!;
}

/** Makes the earliest job of a scheduled message due. The message may be deleted; otherwise it keeps its send time. */
export function makeSendJobDue(database: Database, id: string): Promise<void> {
  return makeFirstJobDue(database, SCHEDULED_MESSAGE, id);
}

/** Fails unless a job waits for exactly the time of the row. */
async function makeRowDue({ ownerUrl }: Database, timer: Timer, id: string): Promise<string | undefined> {
  const { table, column, where, queue, field } = timer;
  const [row] = await query<{ time: Date; jobs: number }>(
    ownerUrl,
    `WITH jobs AS (
       UPDATE pgboss.job SET start_after = now() - interval '1 s' FROM ${table} timed
       WHERE timed.id = '${id}' AND name = '${queue}' AND job.state = 'created'
         AND data ->> '${field}' = '${id}' AND start_after = timed.${column}
       RETURNING job.id)
     UPDATE ${table} SET ${column} = date_trunc('milliseconds', clock_timestamp()) WHERE id = '${id}' AND ${where}
     RETURNING ${column} AS time, (SELECT count(*)::int FROM jobs) AS jobs`,
  );
  if (row && row.jobs !== 1) throw new Error(`${row.jobs} jobs of ${queue} wait for the time of ${id}.`);
  return row?.time.toISOString();
}

async function makeFirstJobDue({ ownerUrl }: Database, { queue, field }: Timer, id: string): Promise<void> {
  const rows = await query(
    ownerUrl,
    `UPDATE pgboss.job SET start_after = now() - interval '1 s' WHERE name = '${queue}' AND id = (
       SELECT id FROM pgboss.job WHERE name = '${queue}' AND state = 'created' AND data ->> '${field}' = '${id}'
       ORDER BY start_after LIMIT 1)
     RETURNING id`,
  );
  if (rows.length !== 1) throw new Error(`No job of ${queue} waits for ${id}.`);
}

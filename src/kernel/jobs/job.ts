/** Durable background work, identified by the name of its queue. */
export interface Job<Data extends object = object> {
  readonly name: string;
  /** Type of the job data, for the compiler only: ids, no content of users. */
  readonly data?: Data;
}

/** Job that runs once per interval on one of the nodes. */
export interface RecurringJob extends Job<Record<string, never>> {
  readonly everySeconds: number;
}

/**
 * Job that runs in a unit of work together with its completion: its changes in the database happen exactly once. A
 * migration creates the queue. `const closePoll = job<{ pollId: string }>('poll.close')`.
 */
export function job<Data extends object>(name: string): Job<Data> {
  return { name };
}

/** Job created by the scheduler itself. It runs outside of a unit of work: it may take long and be interrupted. */
export function recurringJob(name: string, options: { everySeconds: number }): RecurringJob {
  return { name, ...options };
}

export function isRecurring(job: Job): job is RecurringJob {
  return 'everySeconds' in job;
}

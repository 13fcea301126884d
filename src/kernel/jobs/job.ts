/** Something that happens later, or apart from the request that wants it: known by the name of its queue. */
export interface Job<Data extends object = object> {
  readonly name: string;
  /** What a job of it carries, for the compiler only: ids, never what people wrote. */
  readonly data?: Data;
}

/** Work that comes back, once in so many seconds on one of the nodes. */
export interface RecurringJob extends Job<Record<string, never>> {
  readonly everySeconds: number;
}

/**
 * A job that runs in one unit of work with its own end: what it changes in the database happens exactly once, whatever
 * dies meanwhile. `const sendScheduledMessage = job<{ scheduledMessageId: string }>('scheduled_message.send')`. A migration makes the queue.
 */
export function job<Data extends object>(name: string): Job<Data> {
  return { name };
}

/** A job that nobody sends. It runs outside of a unit of work: it may take long, and may be cut off at any place. */
export function recurringJob(name: string, about: { everySeconds: number }): RecurringJob {
  return { name, ...about };
}

export function isRecurring(one: Job): one is RecurringJob {
  return 'everySeconds' in one;
}

/** Commands that one socket may have waiting; who sends more without reading the answers is told to slow down. */
export const MAX_QUEUED = 128;

/** The commands of one socket: each starts when the one before it has been answered, so their order is the sender's. */
export class CommandQueue {
  private waiting = 0;
  private tail = Promise.resolve();

  /** False, and the work is not done, when too much waits already. The work must not reject. */
  enter(work: () => Promise<void>): boolean {
    if (this.waiting >= MAX_QUEUED) return false;
    this.waiting++;
    this.tail = this.tail.then(work).finally(() => this.waiting--);
    return true;
  }
}

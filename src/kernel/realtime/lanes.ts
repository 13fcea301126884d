/** Runs work of one lane one after the other, in the order in which it came; lanes do not wait for each other. */
export class Lanes {
  private readonly tails = new Map<string, Promise<void>>();

  run(lane: string | undefined, work: () => Promise<void>): Promise<void> {
    if (lane === undefined) return work();
    const before = this.tails.get(lane);
    const tail = (before ? before.then(work) : work()).finally(() => {
      if (this.tails.get(lane) === tail) this.tails.delete(lane);
    });
    this.tails.set(lane, tail);
    return tail;
  }
}

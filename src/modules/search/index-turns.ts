/** Message that waits for the indexer. */
interface WaitingMessage {
  id: string;
  /** Characters of its text. */
  length: number;
}

/** Senders in memory, and messages of one sender; further messages wait in the database only. */
const [MAX_SENDERS, MAX_PER_SENDER] = [10_000, 100];

/**
 * Messages committed by this process that are not indexed yet: senders in turns, the newest message of each sender first, so
 * that no sender delays the others.
 */
export class IndexTurns {
  private readonly waiting = new Map<string, WaitingMessage[]>();

  add(senderId: string, message: WaitingMessage): void {
    const messages = this.waiting.get(senderId);
    if (!messages) {
      if (this.waiting.size < MAX_SENDERS) this.waiting.set(senderId, [message]);
      return;
    }
    messages.push(message);
    if (messages.length > MAX_PER_SENDER) messages.shift();
  }

  /** Removes and returns the ids of the next messages: at most `maxCount`, and no further one beyond `maxLength` characters. */
  take(maxCount: number, maxLength: number): string[] {
    const ids: string[] = [];
    for (let length = 0; ids.length < maxCount && length < maxLength;) {
      const [next] = this.waiting;
      if (!next) break;
      const [senderId, messages] = next;
      const message = messages.pop()!;
      ids.push(message.id);
      length += message.length;
      this.waiting.delete(senderId);
      if (messages.length > 0) this.waiting.set(senderId, messages);
    }
    return ids;
  }
}

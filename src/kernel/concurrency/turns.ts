/** Items that wait in a queue for each key; the keys take turns. */
export class Turns<Item> {
  length = 0;
  private readonly queues = new Map<string, Item[]>();

  push(key: string, item: Item): void {
    const queue = this.queues.get(key);
    if (queue) queue.push(item);
    else this.queues.set(key, [item]);
    this.length++;
  }

  countOf(key: string): number {
    return this.queues.get(key)?.length ?? 0;
  }

  /** Removes and returns the first item of the first key that can have a turn; the key goes to the end. */
  shift(hasTurn: (key: string) => boolean = () => true): Item | undefined {
    for (const [key, queue] of this.queues) {
      if (!hasTurn(key)) continue;
      const item = queue.shift();
      this.queues.delete(key);
      if (queue.length > 0) this.queues.set(key, queue);
      this.length--;
      return item;
    }
    return undefined;
  }

  /** Removes and returns the newest item of the key with the most items; of keys with equally many, of the last one. */
  popLongest(): Item {
    const [key, queue] = [...this.queues].reduce((one, other) =>
      other[1].length >= one[1].length ? other : one,
    );
    const item = queue.pop()!;
    if (queue.length === 0) this.queues.delete(key);
    this.length--;
    return item;
  }
}

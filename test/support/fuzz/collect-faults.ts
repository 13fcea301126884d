/** Requests that run at the same time. */
const CONCURRENCY = 16;

/** Runs the work for all items, a few at a time, and joins the faults found. */
export async function collectFaults<Item>(
  items: Item[],
  work: (item: Item) => Promise<string[]>,
): Promise<string[]> {
  const found: string[] = [];
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) found.push(...(await work(item)));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return found;
}

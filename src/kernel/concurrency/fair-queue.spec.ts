import { FairQueue } from './fair-queue.js';

/** Task that ends on demand. */
class Task {
  end = (): void => undefined;
  readonly run = (): Promise<void> => {
    this.started.push(this.name);
    return new Promise((resolve) => (this.end = resolve));
  };

  constructor(
    readonly name: string,
    private readonly started: string[],
  ) {}
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('FairQueue', () => {
  it('runs the keys in turns and one task of a key at a time', async () => {
    const queue = new FairQueue({ concurrency: 2, concurrencyPerKey: 1, maxWaiting: 10 });
    const started: string[] = [];
    const tasks = ['a1', 'a2', 'a3', 'b1', 'c1'].map((name) => new Task(name, started));
    const runs = tasks.map((task) => queue.run(task.name[0]!, task.run));
    await settle();
    expect(started).toEqual(['a1', 'b1']);
    tasks[3]!.end();
    await settle();
    expect(started).toEqual(['a1', 'b1', 'c1']);
    tasks[0]!.end();
    await settle();
    expect(started).toEqual(['a1', 'b1', 'c1', 'a2']);
    for (const index of [1, 4, 2]) {
      tasks[index]!.end();
      await settle();
    }
    await Promise.all(runs);
    expect(started.at(-1)).toBe('a3');
  });

  it('runs a preferred task next and rejects none while the others are too many', async () => {
    const queue = new FairQueue({ concurrency: 1, concurrencyPerKey: 1, maxWaiting: 2 });
    const started: string[] = [];
    const tasks = ['a', 'b', 'c', 'd'].map((name) => new Task(name, started));
    const runs = tasks.slice(0, 3).map((task) => queue.run(task.name, task.run));
    await expect(queue.run('e', () => Promise.resolve())).rejects.toMatchObject({
      kind: { code: 'rate_limited' },
      extras: { retryAfterMs: 1_000 },
    });
    runs.push(queue.run('d', tasks[3]!.run, true));
    for (const index of [0, 3, 1, 2]) {
      await settle();
      tasks[index]!.end();
    }
    await Promise.all(runs);
    expect(started).toEqual(['a', 'd', 'b', 'c']);
  });

  it('alternates preferred and other tasks', async () => {
    const queue = new FairQueue({ concurrency: 1, concurrencyPerKey: 1, maxWaiting: 10 });
    const started: string[] = [];
    const tasks = ['p1', 'p2', 'p3', 'p4', 'u1', 'u2'].map((name) => new Task(name, started));
    const runs = tasks.map((task) => queue.run(task.name[0]!, task.run, task.name.startsWith('p')));
    for (let count = 0; count < tasks.length; count++) {
      await settle();
      tasks.find(({ name }) => name === started.at(-1))!.end();
    }
    await Promise.all(runs);
    expect(started).toEqual(['p1', 'u1', 'p2', 'u2', 'p3', 'p4']);
  });

  it('rejects the newest task of the key that fills the queue', async () => {
    const queue = new FairQueue({ concurrency: 1, concurrencyPerKey: 1, maxWaiting: 3 });
    const started: string[] = [];
    const tasks = ['a1', 'a2', 'a3', 'a4', 'b1'].map((name) => new Task(name, started));
    const runs = Promise.allSettled(tasks.map((task) => queue.run(task.name[0]!, task.run)));
    for (let count = 0; count < 4; count++) {
      await settle();
      tasks.find(({ name }) => name === started.at(-1))!.end();
    }
    expect((await runs).map(({ status }) => status === 'fulfilled')).toEqual([true, true, true, false, true]);
    expect(started).toEqual(['a1', 'a2', 'b1', 'a3']);
  });

  it('continues after a failed task', async () => {
    const queue = new FairQueue({ concurrency: 1, concurrencyPerKey: 1, maxWaiting: 2 });
    await expect(queue.run('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await queue.run('a', () => Promise.resolve('result'))).toBe('result');
  });

  it('limits the waiting tasks of one key', async () => {
    const queue = new FairQueue({
      concurrency: 2,
      concurrencyPerKey: 1,
      maxWaiting: 10,
      maxWaitingPerKey: 1,
    });
    let finish!: () => void;
    const end = new Promise<void>((resolve) => (finish = resolve));
    const tasks = [queue.run('a', () => end), queue.run('a', () => end)];
    await expect(queue.run('a', () => end)).rejects.toThrow('Too many requests.');
    await queue.run('b', () => Promise.resolve());
    finish();
    await Promise.all(tasks);
  });
});

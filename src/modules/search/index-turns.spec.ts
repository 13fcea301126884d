import { IndexTurns } from './index-turns.js';

describe('Messages that wait for the indexer', () => {
  it('come newest first, senders in turns', () => {
    const turns = new IndexTurns();
    for (const id of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) turns.add(id[0]!, { id, length: 10 });
    expect(turns.take(4, 1_000)).toEqual(['a3', 'b2', 'c1', 'a2']);
    turns.add('d', { id: 'd1', length: 10 });
    expect(turns.take(10, 1_000)).toEqual(['b1', 'a1', 'd1']);
    expect(turns.take(10, 1_000)).toEqual([]);
  });

  it('come up to a number of characters, and at least one', () => {
    const turns = new IndexTurns();
    for (const id of ['a1', 'b1', 'c1']) turns.add(id[0]!, { id, length: 600 });
    expect(turns.take(10, 1_000)).toEqual(['a1', 'b1']);
    expect(turns.take(10, 100)).toEqual(['c1']);
  });

  it('are limited for each sender to the newest', () => {
    const turns = new IndexTurns();
    for (let index = 0; index < 250; index++) turns.add('a', { id: `a${index}`, length: 1 });
    turns.add('b', { id: 'b', length: 1 });
    const ids = turns.take(1_000, 1_000);
    expect(ids).toHaveLength(101);
    expect(ids.slice(0, 3)).toEqual(['a249', 'b', 'a248']);
    expect(ids.at(-1)).toBe('a150');
  });
});

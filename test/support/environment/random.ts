/** Numbers from 0 up to 1. */
export type Random = () => number;

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A generator of its own for one actor, so that what others do in between does not change its choices. */
export function splitRandom(random: Random): Random {
  return seededRandom(Math.floor(random() * 2 ** 32));
}

/** Runs a test with luck that SEED brings back, and names the seed when it fails. */
export async function withSeed(test: (random: Random) => Promise<void>): Promise<void> {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32);
  try {
    await test(seededRandom(seed));
  } catch (error) {
    throw new Error(`With SEED=${seed}: ${(error as Error).message}`, { cause: error });
  }
}

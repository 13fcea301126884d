/** Numbers from 0 to below 1. */
export type Random = () => number;

/** Equal numbers for equal seeds (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A generator for one actor, independent of the choices of the others. */
export function splitRandom(random: Random): Random {
  return seededRandom(Math.floor(random() * 2 ** 32));
}

/** Runs a random test that SEED reproduces, and names the seed of a failure. */
export async function withSeed(test: (random: Random) => Promise<void>): Promise<void> {
  const seed = Number(process.env.SEED ?? Date.now() % 2 ** 32);
  try {
    await test(seededRandom(seed));
  } catch (error) {
    throw new Error(`With SEED=${seed}: ${(error as Error).message}`, { cause: error });
  }
}

/** How often what depends on luck is tried: in every run, and in a soak (`COUNTS=soak`, at most 60 minutes in all). */
const table = {
  /** Histories that fast-check makes and spoils, for each way to spoil one. */
  spoiledHistories: { ci: 100, soak: 5_000 },
  /** Rounds of 32 callers at once, for each race. */
  raceRounds: { ci: 50, soak: 200 },
  /** Of those, for what takes long: many people in one thread. */
  threadRounds: { ci: 20, soak: 200 },
  /** Rounds of 100 commands on one socket. */
  pipelines: { ci: 10, soak: 100 },
  /** Restarts between a send and its retry. */
  restarts: { ci: 5, soak: 50 },
  /** Clients that reconnect after 200 random changes. */
  reconnects: { ci: 2, soak: 25 },
  /** Polls in which 200 people vote while they are closed. */
  polls: { ci: 3, soak: 50 },
  /** SIGKILLs of the server under load. */
  kills: { ci: 20, soak: 100 },
  /** SIGKILLs of the server while scheduled messages become due. */
  scheduledKills: { ci: 6, soak: 100 },
  /** Conversations in which each race of calls is run, as many of them at once as there are people for. */
  callRaces: { ci: 100, soak: 1_000 },
  /** SIGKILLs of the server with 20 live calls. */
  callKills: { ci: 5, soak: 50 },
};

type Name = keyof typeof table;

const column = process.env.COUNTS === 'soak' ? 'soak' : 'ci';

export const counts = Object.fromEntries(
  Object.entries(table).map(([name, columns]) => [name, columns[column]]),
) as Record<Name, number>;

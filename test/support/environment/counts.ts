/**
 * Repetitions of what depends on chance. `quick`: each test run; `ci`: `pnpm test:heavy`; `soak`: `pnpm soak <suite>`, at
 * most 60 minutes a suite. The environment variable COUNTS selects the column.
 */
const table = {
  /** Corrupted histories for each kind of corruption. */
  corruptedHistories: { quick: 20, ci: 100, soak: 5_000 },
  /** Rounds of 32 concurrent callers for each race. */
  raceRounds: { quick: 2, ci: 50, soak: 200 },
  /** Rounds of races with many users in one thread. */
  threadRounds: { quick: 2, ci: 20, soak: 200 },
  /** Rounds of 100 commands on one socket. */
  pipelines: { quick: 2, ci: 10, soak: 100 },
  /** Server restarts between a send and its retry. */
  restarts: { quick: 1, ci: 5, soak: 50 },
  /** Clients that reconnect after 200 random changes. */
  reconnects: { quick: 1, ci: 2, soak: 25 },
  /** Polls that close while 200 users vote. */
  polls: { quick: 1, ci: 3, soak: 50 },
  /** Kills of the server while messages are sent. */
  crashes: { quick: 2, ci: 20, soak: 100 },
  /** Kills of the server while scheduled messages become due. */
  scheduledMessageCrashes: { quick: 1, ci: 6, soak: 100 },
  /** Conversations for each race of calls. */
  callRaces: { quick: 6, ci: 100, soak: 1_000 },
  /** Messages of a group that is deleted. */
  deletedMessages: { quick: 5_000, ci: 100_000, soak: 1_000_000 },
  /** Receipts of each of these messages. */
  deletedReceipts: { quick: 5, ci: 30, soak: 30 },
  /** Kills of the server during 20 live calls. */
  callCrashes: { quick: 1, ci: 5, soak: 50 },
};

type Name = keyof typeof table;
type Column = keyof (typeof table)[Name];

const column = (process.env.COUNTS ?? 'quick') as Column;

export const counts = Object.fromEntries(
  Object.entries(table).map(([name, columns]) => [name, columns[column]]),
) as Record<Name, number>;

import { decodeCursor, encodeCursor, isId, isInstant, isSeq } from '../../kernel/paging/cursor.js';

const PHASES = ['account', 'requested', 'older', 'newer'] as const;

/** Position between two pages of one sync. */
export interface SyncCursor {
  /** Account version at the first page, returned with the last one. */
  upTo: number;
  phase: (typeof PHASES)[number];
  /** Newest activity seen by the first page, in milliseconds since 1970; 0 before that page. */
  top: number;
  /** Phases older and newer: activity of the last conversation sent. Phase account: account version sent so far. */
  at: number;
  /** Id of the last conversation sent. */
  id: string;
}

/** Upper bound of the time between the clock reading of a transaction and its commit. */
export const ACTIVITY_SLACK_MS = 60_000;

export function encodeSyncCursor({ upTo, phase, top, at, id }: SyncCursor): string {
  return encodeCursor([upTo, phase, top, at, id]);
}

export function decodeSyncCursor(cursor: string): SyncCursor {
  const [upTo, phase, top, at, id] = decodeCursor(cursor, isSeq, isPhase, isInstant, isInstant, isId);
  return { upTo, phase, top, at, id } as SyncCursor;
}

function isPhase(value: unknown): boolean {
  return PHASES.some((phase) => phase === value);
}

import { cursor, instant, literal, seq, uuid } from '../../kernel/paging/cursor.js';

const PHASES = ['account', 'requested', 'older', 'newer'] as const;

/** Position between two pages of one sync. */
export interface SyncCursor {
  /** Account version at the first page, returned with the last one. */
  upTo: number;
  phase: (typeof PHASES)[number];
  /**
   * Newest activity seen by the first page of memberships, in milliseconds since 1970; 0 before that page. Phase account:
   * account version of the deletion of scheduled messages that the last page contains.
   */
  top: number;
  /** Phases older and newer: activity of the last conversation sent. Phase account: account version sent so far. */
  at: number;
  /** Id of the last conversation sent. */
  id: string;
}

/** Upper bound of the time between the clock reading of a transaction and its commit. */
export const ACTIVITY_SLACK_MS = 60_000;

const syncCursor = cursor(seq, literal(...PHASES), instant, instant, uuid);

export function encodeSyncCursor({ upTo, phase, top, at, id }: SyncCursor): string {
  return syncCursor.encode(upTo, phase, new Date(top), new Date(at), id);
}

export function decodeSyncCursor(encoded: string): SyncCursor {
  const [upTo, phase, top, at, id] = syncCursor.decode(encoded);
  return { upTo, phase, top: top.getTime(), at: at.getTime(), id };
}

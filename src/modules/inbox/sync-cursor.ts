import { decodeCursor, encodeCursor, isId, isInstant, isSeq } from '../../kernel/paging/cursor.js';

const PHASES = ['account', 'requested', 'older', 'newer'] as const;

/** Where a sync stands between two pages. */
export interface SyncCursor {
  /** Where the counter `me` stood at the first page. */
  upTo: number;
  phase: (typeof PHASES)[number];
  /** The newest activity that the first page saw, in milliseconds since 1970; 0: none yet. */
  top: number;
  /** The activity, and the id, of the last conversation of the page before; of what is mine alone, the counter. */
  at: number;
  id: string;
}

/** Longer than any transaction takes from its clock to its commit. */
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

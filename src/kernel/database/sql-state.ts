const NODE_NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** The SQLSTATE of an error that PostgreSQL itself sent (five characters), or undefined. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object)
    ? code
    : undefined;
}

/** True when the connection failed, not the statement: refused, cut, or none free in time. */
export function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && NODE_NETWORK_CODES.has(code)) return true;
  return /connection terminated|timeout exceeded when trying to connect|not queryable|pool after calling end|Driver not Connected/i.test(
    error.message,
  );
}

/**
 * True when running the same work again can succeed: a deadlock, a serialization failure, or a clientId that another
 * transaction wrote between our look and our insert (the next look finds it).
 */
export function isWorthRetrying(error: unknown): boolean {
  const cause = (error as { driverError?: unknown } | null)?.driverError ?? error;
  const state = sqlStateOf(cause);
  if (state === '40001' || state === '40P01') return true;
  const constraint = (cause as { constraint?: unknown } | null)?.constraint;
  return state === '23505' && typeof constraint === 'string' && constraint.endsWith('_client_id_key');
}

const SILENCE = 'Query read timeout';
const NODE_NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** Classes of SQLSTATE that tell of the server's state: out of something, cancelled, shutting down, read-only … */
const NOT_THE_STATEMENT = /^(08|25|53|55|57|58)/;

/** The SQLSTATE of an error that PostgreSQL itself sent (five characters), or undefined. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object)
    ? code
    : undefined;
}

/** True when the connection failed, not the statement: refused, cut, silent, or none free in time. */
export function isConnectionError(error: unknown): boolean {
  const cause = causeOf(error);
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && NODE_NETWORK_CODES.has(code)) return true;
  return (
    isSessionTerminated(cause) ||
    isQueryTimeout(cause) ||
    /connection terminated|timeout exceeded when trying to connect|not queryable|pool after calling end|Driver not Connected/i.test(
      String(message),
    )
  );
}

/** True when nothing came back in time: to ask again would only wait again. */
export function isQueryTimeout(error: unknown): boolean {
  const { message } = (causeOf(error) ?? {}) as { message?: unknown };
  return message === SILENCE;
}

/** True when PostgreSQL said that it ends this session: whatever it had not committed by then, it never will. */
export function isSessionTerminated(error: unknown): boolean {
  const cause = causeOf(error);
  return sqlStateOf(cause) !== undefined && (cause as { severity?: unknown }).severity === 'FATAL';
}

/** True when PostgreSQL would not carry out what it was asked, and has done nothing: part of it may go through. */
export function isStatementError(error: unknown): boolean {
  const state = sqlStateOf(causeOf(error));
  return state !== undefined && !isSessionTerminated(error) && !NOT_THE_STATEMENT.test(state);
}

/**
 * True when running the same work again can succeed: a deadlock, a serialization failure, or a clientId that another
 * transaction wrote between our look and our insert (the next look finds it).
 */
export function isRetryable(error: unknown): boolean {
  const cause = causeOf(error);
  const state = sqlStateOf(cause);
  if (state === '40001' || state === '40P01') return true;
  const constraint = (cause as { constraint?: unknown } | null)?.constraint;
  return state === '23505' && typeof constraint === 'string' && constraint.endsWith('_client_id_key');
}

/** True when this is what refused the work. */
export function violates(error: unknown, constraint: string): boolean {
  return (causeOf(error) as { constraint?: unknown } | null)?.constraint === constraint;
}

/** TypeORM wraps the errors of pg. */
function causeOf(error: unknown): unknown {
  return (error as { driverError?: unknown } | null)?.driverError ?? error;
}

const QUERY_TIMEOUT_MESSAGE = 'Query read timeout';
const NODE_NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

/** SQLSTATE classes that describe the state of the server, not the statement: resources, cancellation, shutdown, read-only. */
const SERVER_STATE = /^(08|25|53|55|57|58)/;

/** SQLSTATE (five characters) of an error sent by PostgreSQL, or undefined. */
export function sqlStateOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object)
    ? code
    : undefined;
}

/** True when the connection failed and not the statement: refused, closed, silent, or none available in time. */
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

/** True when PostgreSQL did not respond in time. Not repeated, because the repetition would wait as long. */
export function isQueryTimeout(error: unknown): boolean {
  const { message } = (causeOf(error) ?? {}) as { message?: unknown };
  return message === QUERY_TIMEOUT_MESSAGE;
}

/** True when PostgreSQL reported the end of the session. Uncommitted work is rolled back. */
export function isSessionTerminated(error: unknown): boolean {
  const cause = causeOf(error);
  return sqlStateOf(cause) !== undefined && (cause as { severity?: unknown }).severity === 'FATAL';
}

/** True when PostgreSQL rejected the statement because of its content and changed nothing. Part of a batch may succeed alone. */
export function isStatementError(error: unknown): boolean {
  const state = sqlStateOf(causeOf(error));
  return state !== undefined && !isSessionTerminated(error) && !SERVER_STATE.test(state);
}

/**
 * True when a repetition of the work can succeed: deadlock, serialization failure, or a clientId inserted by another
 * transaction after the lookup (the next lookup finds it).
 */
export function isRetryable(error: unknown): boolean {
  const cause = causeOf(error);
  const state = sqlStateOf(cause);
  if (state === '40001' || state === '40P01') return true;
  const constraint = (cause as { constraint?: unknown } | null)?.constraint;
  return state === '23505' && typeof constraint === 'string' && constraint.endsWith('_client_id_key');
}

/** True when the error is a violation of this constraint. */
export function isViolationOf(error: unknown, constraint: string): boolean {
  return (causeOf(error) as { constraint?: unknown } | null)?.constraint === constraint;
}

/** Error of pg, which TypeORM wraps. */
function causeOf(error: unknown): unknown {
  return (error as { driverError?: unknown } | null)?.driverError ?? error;
}

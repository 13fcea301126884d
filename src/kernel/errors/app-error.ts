/** One field of the input that was refused, and why (`required`, `type`, `too_long`, `unknown_field` …). */
export interface FieldError {
  field: string;
  code: string;
}

/** What an error may carry beside its code. */
export interface ErrorExtras {
  errors?: FieldError[];
  retryAfterMs?: number;
}

/** A way to fail, known by its code: what clients switch on. */
export interface ErrorKind {
  readonly code: string;
  readonly status: number;
  readonly title: string;
}

/** The only error that services throw; both doors show it in the same shape. */
export class AppError extends Error {
  constructor(
    readonly kind: ErrorKind,
    detail: string = kind.title,
    readonly extras: ErrorExtras = {},
  ) {
    super(detail);
  }
}

export type DefinedError = ErrorKind & ((detail?: string, extras?: ErrorExtras) => AppError);

const catalogue = new Map<string, DefinedError>();

/** Declares an error once. Calling the result makes the error to throw: `throw notFound()`. */
export function defineError(code: string, status: number, title: string): DefinedError {
  if (catalogue.has(code)) throw new Error(`The error code ${code} is defined twice.`);
  const kind: ErrorKind = { code, status, title };
  const defined = Object.assign(
    (detail?: string, extras?: ErrorExtras) => new AppError(kind, detail, extras),
    kind,
  );
  catalogue.set(code, defined);
  return defined;
}

/** Error with this code, as SQL functions return it. Null when no loaded module defines the code. */
export function findErrorByCode(code: string): DefinedError | null {
  return catalogue.get(code) ?? null;
}

/** All errors of this server, for the documents. */
export function errorCatalogue(): ErrorKind[] {
  return [...catalogue.values()].map(({ code, status, title }) => ({ code, status, title }));
}

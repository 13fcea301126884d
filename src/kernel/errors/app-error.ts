import type { FieldCode } from './field-codes.js';

/** Invalid field of the input with its field code. */
export interface FieldError {
  field: string;
  code: FieldCode;
}

/** Optional fields of an error. */
export interface ErrorExtras {
  errors?: FieldError[];
  retryAfterMs?: number;
}

/** Kind of error, identified by its code. */
export interface ErrorKind {
  readonly code: string;
  readonly status: number;
  readonly title: string;
}

/** The only error class thrown by services, mapped to problem details on both transports. */
export class AppError extends Error {
  constructor(
    readonly kind: ErrorKind,
    detail: string = kind.title,
    readonly extras: ErrorExtras = {},
    /** Cause for the log of refusals; not part of the problem details. */
    readonly reason?: string,
  ) {
    super(detail);
  }
}

export type DefinedError = ErrorKind & ((detail?: string, extras?: ErrorExtras, reason?: string) => AppError);

const catalogue = new Map<string, DefinedError>();

/** Defines an error code. The result creates the error: `throw notFound()`. */
export function defineError(code: string, status: number, title: string): DefinedError {
  if (catalogue.has(code)) throw new Error(`Duplicate error code: ${code}.`);
  const kind: ErrorKind = { code, status, title };
  const defined = Object.assign(
    (detail?: string, extras?: ErrorExtras, reason?: string) => new AppError(kind, detail, extras, reason),
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

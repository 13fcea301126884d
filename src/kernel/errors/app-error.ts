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

/** Options of a thrown error. */
export interface ErrorOptions extends ErrorExtras {
  /** Cause for the log of refusals; not part of the problem details. */
  reason?: string;
  /** True for an input that is invalid in every state of the data: a faulty client, whose frames are limited. */
  isMalformed?: boolean;
}

/** Kind of error, identified by its code. */
export interface ErrorKind {
  readonly code: string;
  readonly status: number;
  readonly title: string;
}

/** The only error class thrown by services, mapped to problem details on both transports. */
export class AppError extends Error {
  readonly extras: ErrorExtras;
  readonly reason?: string;
  readonly isMalformed: boolean;

  constructor(
    readonly kind: ErrorKind,
    detail: string = kind.title,
    { reason, isMalformed = false, ...extras }: ErrorOptions = {},
  ) {
    super(detail);
    this.extras = extras;
    this.reason = reason;
    this.isMalformed = isMalformed;
  }
}

export type DefinedError = ErrorKind & {
  (detail?: string, options?: ErrorOptions): AppError;
  (options: ErrorOptions): AppError;
};

const catalogue = new Map<string, DefinedError>();

/** Defines an error code. The result creates the error: `throw notFound()`, `throw unauthenticated({ reason: 'no token' })`. */
export function defineError(code: string, status: number, title: string): DefinedError {
  if (catalogue.has(code)) throw new Error(`Duplicate error code: ${code}.`);
  const kind: ErrorKind = { code, status, title };
  const create = (detail?: string | ErrorOptions, options?: ErrorOptions): AppError =>
    typeof detail === 'object' ? new AppError(kind, undefined, detail) : new AppError(kind, detail, options);
  const defined: DefinedError = Object.assign(create, kind);
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

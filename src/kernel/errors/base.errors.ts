import { defineError, type AppError } from './app-error.js';

export const validationFailed = defineError('validation_failed', 400, 'Invalid input.');
export const unauthenticated = defineError('unauthenticated', 401, 'A valid token is required.');
export const tokenExpired = defineError('token_expired', 401, 'The token has expired.');
export const forbidden = defineError('forbidden', 403, 'Permission denied.');
export const notFound = defineError('not_found', 404, 'Resource not found or inaccessible.');
export const requestTimeout = defineError('request_timeout', 408, 'The request did not arrive in time.');
export const conflict = defineError('conflict', 409, 'The request conflicts with the current state.');
export const payloadTooLarge = defineError(
  'payload_too_large',
  413,
  'The input is too large or too deeply nested.',
);
export const unsupportedMediaType = defineError(
  'unsupported_media_type',
  415,
  'The body must be JSON in UTF-8, or multipart/form-data for a file.',
);
export const rateLimited = defineError('rate_limited', 429, 'Too many requests.');
export const headersTooLarge = defineError('headers_too_large', 431, 'The URL or the headers are too long.');
export const internalError = defineError('internal_error', 500, 'Internal server error.');
export const serviceUnavailable = defineError(
  'service_unavailable',
  503,
  'The server is temporarily unavailable.',
);
export const insufficientStorage = defineError(
  'insufficient_storage',
  507,
  'The storage of the server is full.',
);
export const methodNotAllowed = defineError(
  'method_not_allowed',
  405,
  'The method is not supported here; the header Allow lists the supported ones.',
);

/** Random, so that refused clients do not return together. */
export const randomRetryAfterMs = (): number => 500 + Math.floor(Math.random() * 2_000);

/** Refusal of a change because too many others wait, or because its row stays locked. Nothing has changed. */
export const overloaded = (): AppError =>
  serviceUnavailable('Too many changes are waiting. Try again later.', {
    retryAfterMs: randomRetryAfterMs(),
  });

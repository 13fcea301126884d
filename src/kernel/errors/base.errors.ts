import { defineError } from './app-error.js';

export const validationFailed = defineError('validation_failed', 400, 'The input is not valid.');
export const unauthenticated = defineError('unauthenticated', 401, 'A valid token is needed.');
export const tokenExpired = defineError('token_expired', 401, 'The token has expired.');
export const forbidden = defineError('forbidden', 403, 'You may not do this.');
export const notFound = defineError('not_found', 404, 'There is no such thing, or it is not yours.');
export const conflict = defineError('conflict', 409, 'This is at odds with what is already there.');
export const payloadTooLarge = defineError(
  'payload_too_large',
  413,
  'The input is too large or too deeply nested.',
);
export const unsupportedMediaType = defineError(
  'unsupported_media_type',
  415,
  'The body is not of the kind that is taken here: JSON in UTF-8, or for a file multipart/form-data.',
);
export const rateLimited = defineError('rate_limited', 429, 'Too many requests.');
export const headersTooLarge = defineError(
  'headers_too_large',
  431,
  'The address or the headers are too long.',
);
export const internalError = defineError('internal_error', 500, 'Something went wrong on our side.');
export const serviceUnavailable = defineError(
  'service_unavailable',
  503,
  'The server is not ready. Try again.',
);

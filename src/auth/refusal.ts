import { errors } from 'jose';
import { AppError } from '../kernel/errors/app-error.js';
import { tokenExpired, unauthenticated } from '../kernel/errors/base.errors.js';

/** Why a token was refused, as the caller may know it. */
export function refusalOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return error instanceof errors.JWTExpired ? tokenExpired() : unauthenticated();
}

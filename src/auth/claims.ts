import { errors, type JWTPayload } from 'jose';
import { AppError } from '../kernel/errors/app-error.js';
import { tokenExpired, unauthenticated } from '../kernel/errors/base.errors.js';
import { textRule, toName, urlRule, type Rule } from '../kernel/validation/rules.js';
import type { HostProfile } from '../modules/users/dto/account.dto.js';

const subjectRule = textRule(1, 255);
/** Length of names in characters. */
const MAX_NAME = 100;
const emailRule = textRule(1, 320);
const pictureRule = urlRule(2_000);
/** Tolerance for clocks of the host product that are ahead. */
const MAX_CLOCK_SKEW_MS = 86_400_000;

/** Profile in the claims of a verified token. Names are cleaned; another invalid profile claim counts as absent; an invalid `sub` is rejected. */
export function toHostProfile(payload: JWTPayload): HostProfile {
  const { sub, iat } = payload;
  if (subjectRule(sub) || sub!.startsWith('local:')) throw unauthenticated({ reason: 'sub invalid' });
  return {
    tmsUserId: sub!,
    username: readName(payload.preferred_username),
    email: readClaim(payload.email, emailRule),
    displayName: readName(payload.name),
    avatarUrl: readClaim(payload.picture, pictureRule),
    role: payload.role === 'admin' ? 'admin' : 'user',
    issuedAt: toIssuedAt(iat),
  };
}

/** Error of a rejected token. Its reason, the code of the library with the claim, is for the log only. */
export function toTokenError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof errors.JWTExpired) return tokenExpired();
  if (error instanceof errors.JWTClaimValidationFailed)
    return unauthenticated({ reason: `claim ${error.claim} ${error.reason}` });
  return unauthenticated({ reason: error instanceof errors.JOSEError ? error.code : 'not a token' });
}

/** Null for an `iat` far ahead (in milliseconds, for example), which would make all later tokens count as older. */
function toIssuedAt(iat: number | undefined): Date | null {
  if (iat === undefined || iat < 0 || iat * 1000 > Date.now() + MAX_CLOCK_SKEW_MS) return null;
  return new Date(iat * 1000);
}

function readName(value: unknown): string | null {
  return typeof value === 'string' ? toName(value, MAX_NAME) : null;
}

function readClaim(value: unknown, rule: Rule): string | null {
  return rule(value) ? null : (value as string);
}

import { errors, type JWTPayload } from 'jose';
import { AppError } from '../kernel/errors/app-error.js';
import { tokenExpired, unauthenticated } from '../kernel/errors/base.errors.js';
import { textRule, urlRule, type Rule } from '../kernel/validation/rules.js';
import type { HostProfile } from '../modules/users/dto/account.dto.js';

const subjectRule = textRule(1, 255);
const nameRule = textRule(1, 100);
const emailRule = textRule(1, 320);
const pictureRule = urlRule(2_000);
/** Tolerance for clocks of the host product that are ahead. */
const MAX_CLOCK_SKEW_MS = 86_400_000;

/** Profile in the claims of a verified token. An invalid profile claim counts as absent; an invalid `sub` is rejected. */
export function toHostProfile(payload: JWTPayload): HostProfile {
  const { sub, iat } = payload;
  if (subjectRule(sub) || sub!.startsWith('local:'))
    throw unauthenticated('The sub of the token is invalid.');
  return {
    tmsUserId: sub!,
    username: readClaim(payload.preferred_username, nameRule),
    email: readClaim(payload.email, emailRule),
    displayName: readClaim(payload.name, nameRule),
    avatarUrl: readClaim(payload.picture, pictureRule),
    role: payload.role === 'admin' ? 'admin' : 'user',
    issuedAt: toIssuedAt(iat),
  };
}

/** Error of a rejected token, without the reason. */
export function toTokenError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return error instanceof errors.JWTExpired ? tokenExpired() : unauthenticated();
}

/** Null for an `iat` far ahead (in milliseconds, for example), which would make all later tokens count as older. */
function toIssuedAt(iat: number | undefined): Date | null {
  if (iat === undefined || iat < 0 || iat * 1000 > Date.now() + MAX_CLOCK_SKEW_MS) return null;
  return new Date(iat * 1000);
}

function readClaim(value: unknown, rule: Rule): string | null {
  return rule(value) ? null : (value as string);
}

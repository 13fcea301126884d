import { textRule, urlRule, type Rule } from '../kernel/validation/rules.js';
import type { JWTPayload } from 'jose';
import { unauthenticated } from '../kernel/errors/base.errors.js';
import type { HostProfile } from '../modules/users/dto/account.dto.js';

const subject = textRule(1, 255);
const name = textRule(1, 100);
const email = textRule(1, 320);
const picture = urlRule(2_000);
const A_DAY_MS = 86_400_000;

/** What this server reads of a verified token. A profile claim that it cannot keep counts as absent; a bad `sub` is refused. */
export function profileOf(payload: JWTPayload): HostProfile {
  const { sub, iat } = payload;
  if (subject(sub) || sub!.startsWith('local:'))
    throw unauthenticated('The sub of the token cannot be used.');
  return {
    tmsUserId: sub!,
    username: claim(payload.preferred_username, name),
    email: claim(payload.email, email),
    displayName: claim(payload.name, name),
    avatarUrl: claim(payload.picture, picture),
    role: payload.role === 'admin' ? 'admin' : 'user',
    issuedAt: issuedAt(iat),
  };
}

/** No clock runs a day ahead: an iat from there (in milliseconds, say) would keep all later tokens from being newer. */
function issuedAt(iat: number | undefined): Date | null {
  if (iat === undefined || iat < 0 || iat * 1000 > Date.now() + A_DAY_MS) return null;
  return new Date(iat * 1000);
}

function claim(value: unknown, rule: Rule): string | null {
  return rule(value) ? null : (value as string);
}

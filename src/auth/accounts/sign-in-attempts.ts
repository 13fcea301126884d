import { isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Config } from '../../kernel/config/config.js';
import { rateLimited } from '../../kernel/errors/base.errors.js';

const MAX_ENTRIES = 100_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Added to the wait before the next attempt by each failure beyond the free ones. */
const WAIT_STEP_MS = 100;
const MAX_WAIT_MS = 60_000;

/** Attempt to sign in that was permitted. */
export interface SignInAttempt {
  login: string;
  address: string;
  /** True for a login that has succeeded from this address: attempts from other addresses do not limit it. */
  isKnown: boolean;
}

/**
 * Limits failed sign-ins before a password is hashed: by account and by address. A login from an address where it has
 * succeeded before has a limit of its own, so that attempts from elsewhere cannot lock its user out. Counters are of this
 * process.
 */
@Injectable()
export class SignInAttempts {
  private readonly known = new LRUCache<string, true>({ max: MAX_ENTRIES, ttl: 30 * DAY_MS });
  private readonly byAccount: AttemptLimit;
  private readonly byKnownLogin: AttemptLimit;
  private readonly byAddress: AttemptLimit;
  private readonly registrations: AttemptLimit;

  constructor({ signInAttemptsPerAccount, signInAttemptsPerAddress }: Config) {
    this.byAccount = new AttemptLimit(signInAttemptsPerAccount, DAY_MS);
    this.byKnownLogin = new AttemptLimit(signInAttemptsPerAccount, DAY_MS);
    this.byAddress = new AttemptLimit(signInAttemptsPerAddress, HOUR_MS);
    this.registrations = new AttemptLimit(signInAttemptsPerAddress, HOUR_MS);
  }

  /** Counts an attempt as failed until it succeeds. Throws rate_limited. */
  beginSignIn(login: string, clientAddress: string): SignInAttempt {
    const attempt = { login: login.normalize('NFKC').toLowerCase(), address: toNetwork(clientAddress) };
    const isKnown = this.known.has(toKnownLogin(attempt));
    if (isKnown) this.byKnownLogin.take(toKnownLogin(attempt));
    else {
      this.byAddress.take(attempt.address);
      this.byAccount.take(attempt.login);
    }
    return { ...attempt, isKnown };
  }

  completeSignIn(attempt: SignInAttempt): void {
    const { login, address, isKnown } = attempt;
    this.known.set(toKnownLogin(attempt), true);
    this.byKnownLogin.reset(toKnownLogin(attempt));
    if (isKnown) return;
    this.byAddress.giveBack(address);
    this.byAccount.reset(login);
  }

  /** Counts a registration. Throws rate_limited. */
  beginRegistration(username: string, clientAddress: string): SignInAttempt {
    const address = toNetwork(clientAddress);
    this.registrations.take(address);
    return { login: username.toLowerCase(), address, isKnown: false };
  }

  completeRegistration(attempt: SignInAttempt): void {
    this.known.set(toKnownLogin(attempt), true);
  }
}

interface Failures {
  count: number;
  retryAt: number;
}

/** Failed attempts of each key: some are free, then the wait before the next one grows up to a minute. */
class AttemptLimit {
  private readonly failures: LRUCache<string, Failures>;

  constructor(
    private readonly freeCount: number,
    ttl: number,
  ) {
    this.failures = new LRUCache<string, Failures>({ max: MAX_ENTRIES, ttl });
  }

  take(key: string): void {
    const now = Date.now();
    const { count, retryAt } = this.failures.get(key) ?? { count: 0, retryAt: 0 };
    if (retryAt > now)
      throw rateLimited('Too many failed attempts.', { retryAfterMs: retryAt - now }, 'sign-in attempts');
    const waitMs = Math.max(0, count + 2 - this.freeCount) * WAIT_STEP_MS;
    this.failures.set(key, { count: count + 1, retryAt: now + Math.min(MAX_WAIT_MS, waitMs) });
  }

  giveBack(key: string): void {
    const entry = this.failures.get(key);
    if (entry) this.failures.set(key, { count: entry.count - 1, retryAt: 0 });
  }

  reset(key: string): void {
    this.failures.delete(key);
  }
}

function toKnownLogin({ login, address }: { login: string; address: string }): string {
  return `${address} ${login}`;
}

/** Network of a client: an IPv4 address, or the first 64 bits of an IPv6 address, which one client can use as a whole. */
function toNetwork(address: string): string {
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (ipv4 || !isIPv6(address)) return ipv4 ?? address;
  const [head = '', tail = ''] = address.split('%')[0]!.split('::');
  const [groups, last] = [head, tail].map((part) => part.split(':').filter(Boolean)) as [string[], string[]];
  const zeros = Array<string>(Math.max(0, 8 - groups.length - last.length)).fill('0');
  return [...groups, ...zeros, ...last].slice(0, 4).join(':');
}

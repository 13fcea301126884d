import { isIPv6 } from 'node:net';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AttemptLimit, type GiveBack } from '../../kernel/concurrency/attempt-limit.js';
import { Config } from '../../kernel/config/config.js';
import { AppError } from '../../kernel/errors/app-error.js';

const MAX_KNOWN = 100_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Factor of the limits for an IPv6 /48, and for the successful sign-ins to an account. */
const WIDE_FACTOR = 10;

/** Attempt to sign in that was permitted. */
export interface SignInAttempt {
  login: string;
  /** Network of the client: hashes of one network take turns with those of others. */
  network: string;
  /** True for a login that has succeeded from this address: attempts from other addresses do not limit it. */
  isKnown: boolean;
}

/**
 * Limits sign-ins before a password is hashed: failed ones by account and by address, successful ones by account. A login
 * from an address where it has succeeded before has a limit of its own, so that attempts from elsewhere cannot lock its
 * user out. Counters are of this process.
 */
@Injectable()
export class SignInAttempts {
  private readonly known = new LRUCache<string, true>({ max: MAX_KNOWN, ttl: 30 * DAY_MS });
  private readonly byAccount: AttemptLimit;
  private readonly byKnownLogin: AttemptLimit;
  private readonly successes: AttemptLimit;
  private readonly byAddress: AddressLimit;
  private readonly registrations: AddressLimit;

  constructor({ signInAttemptsPerAccount: perAccount, signInAttemptsPerAddress: perAddress }: Config) {
    this.byAccount = new AttemptLimit(perAccount, DAY_MS);
    this.byKnownLogin = new AttemptLimit(perAccount, DAY_MS);
    this.successes = new AttemptLimit(WIDE_FACTOR * perAccount, HOUR_MS);
    this.byAddress = new AddressLimit(perAddress);
    this.registrations = new AddressLimit(perAddress);
  }

  /** Result of the check of a password, which counts as a failed attempt unless it is true or throws. Throws rate_limited. */
  async signIn(
    loginInput: string,
    clientAddress: string,
    checkPassword: (attempt: SignInAttempt) => Promise<boolean>,
  ): Promise<boolean> {
    const login = loginInput.normalize('NFKC').toLowerCase();
    const networks = listNetworks(clientAddress);
    const knownLogin = toKnownLogin(login, networks);
    const isKnown = this.known.has(knownLogin);
    this.successes.requirePermitted(login);
    const giveBack = isKnown
      ? this.byKnownLogin.take(knownLogin)
      : takeBoth(
          () => this.byAddress.take(networks),
          () => this.byAccount.take(login),
        );
    const isMatch = await this.giveBackOnError(giveBack, () =>
      checkPassword({ login, network: networks.at(-1)!, isKnown }),
    );
    if (!isMatch) return false;
    this.successes.count(login);
    this.known.set(knownLogin, true);
    this.byKnownLogin.reset(knownLogin);
    if (isKnown) return true;
    giveBack();
    this.byAccount.reset(login);
    return true;
  }

  /** Counts a registration, unless the server could not run it. Throws rate_limited. */
  async register<Result>(
    username: string,
    clientAddress: string,
    createAccount: (attempt: SignInAttempt) => Promise<Result>,
  ): Promise<Result> {
    const login = username.toLowerCase();
    const networks = listNetworks(clientAddress);
    const giveBack = this.registrations.take(networks);
    const result = await this.giveBackOnError(giveBack, () =>
      createAccount({ login, network: networks.at(-1)!, isKnown: false }),
    );
    this.known.set(toKnownLogin(login, networks), true);
    return result;
  }

  /** An attempt that the server did not run, because it is overloaded for example, does not count. */
  private async giveBackOnError<Result>(giveBack: GiveBack, task: () => Promise<Result>): Promise<Result> {
    try {
      return await task();
    } catch (error) {
      const isRejected = error instanceof AppError && error.kind.status < 429;
      if (!isRejected) giveBack();
      throw error;
    }
  }
}

/** Attempts of each address, and with a larger limit of each IPv6 /48, which has 65,536 networks of one client. */
class AddressLimit {
  private readonly narrow: AttemptLimit;
  private readonly wide: AttemptLimit;

  constructor(freeCount: number) {
    this.narrow = new AttemptLimit(freeCount, HOUR_MS);
    this.wide = new AttemptLimit(WIDE_FACTOR * freeCount, HOUR_MS);
  }

  take([narrow, wide]: Networks): GiveBack {
    if (!wide) return this.narrow.take(narrow);
    return takeBoth(
      () => this.narrow.take(narrow),
      () => this.wide.take(wide),
    );
  }
}

/** Takes two attempts, or none when one of them is refused. */
function takeBoth(takeFirst: () => GiveBack, takeSecond: () => GiveBack): GiveBack {
  const giveBackFirst = takeFirst();
  try {
    const giveBackSecond = takeSecond();
    return () => [giveBackFirst, giveBackSecond].forEach((giveBack) => giveBack());
  } catch (error) {
    giveBackFirst();
    throw error;
  }
}

function toKnownLogin(login: string, [network]: Networks): string {
  return `${network} ${login}`;
}

/** An IPv4 address; of an IPv6 address the /64, which one client can use as a whole, and the /48. */
type Networks = [string] | [string, string];

function listNetworks(address: string): Networks {
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (ipv4 || !isIPv6(address)) return [ipv4 ?? address];
  const [head = '', tail = ''] = address.split('%')[0]!.split('::');
  const [groups, last] = [head, tail].map((part) => part.split(':').filter(Boolean)) as [string[], string[]];
  const zeros = Array<string>(Math.max(0, 8 - groups.length - last.length)).fill('0');
  const all = [...groups, ...zeros, ...last];
  return [all.slice(0, 4).join(':'), `${all.slice(0, 3).join(':')}::/48`];
}

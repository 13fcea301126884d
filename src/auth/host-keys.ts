import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { serviceUnavailable } from '../kernel/errors/base.errors.js';
import { FailureLog } from '../kernel/logging/failure-log.js';

/** Age at which the keys are loaded again by a timer, so that an outage begins with recent keys. */
const REFRESH_MS = 300_000;
/** Age from which a request waits for the refresh. The timer has run unless the process was suspended. */
const MAX_FRESH_MS = 600_000;
/** Age up to which the keys are used while the host product does not respond. */
const MAX_AGE_MS = 12 * 3_600_000;
/** Least time between two requests to the host product. */
const RETRY_MS = 2_000;
/** Longest pause between two attempts in the background. */
const MAX_RETRY_MS = 60_000;
const TIMEOUT_MS = 2_000;
/** Time in which a refresh is awaited, so that a withdrawn key is rejected at once while the host product responds. */
const REFRESH_WAIT_MS = 500;
const NO_KEY_ERRORS = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/**
 * Public keys of the host product (JWK Set, RFC 7517), refreshed by a timer. A token whose key is known does not wait for a
 * host product that does not respond: old keys are used for hours. An unknown key id loads the keys at once, which allows
 * key rotation.
 */
export class HostKeys {
  private readonly failureLog = new FailureLog(
    new Logger(HostKeys.name),
    'Loading of the keys of the host product',
  );
  private keys?: ReturnType<typeof createLocalJWKSet>;
  private loadedAt = 0;
  private attemptedAt = 0;
  private failures = 0;
  private loading?: Promise<void>;
  private timer?: NodeJS.Timeout;
  /** End of the wait for the current attempt, by the monotonic clock. */
  private waitUntil = 0;

  constructor(private readonly url: URL) {}

  /** Key of a token. Throws service_unavailable when only the host product, which does not respond, could know it. */
  readonly resolveKey: JWTVerifyGetKey = async (header, token) => {
    const age = Date.now() - this.loadedAt;
    if (age > MAX_AGE_MS) this.keys = undefined;
    else if (age > MAX_FRESH_MS && this.failures === 0)
      await Promise.race([this.load(), sleep(this.remainingWait(), undefined, { ref: false })]);
    if (!this.keys) await this.load();
    if (!this.keys) throw keysUnavailable();
    try {
      return await this.keys(header, token);
    } catch (error) {
      if (!isUnknownKey(error)) throw keysUnavailable();
      await this.load();
      if (this.failures > 0) throw keysUnavailable();
      return this.keys(header, token);
    }
  };

  /** Loads the keys unless an attempt was made just now. */
  private async load(): Promise<void> {
    const isRecent = Math.abs(Date.now() - this.attemptedAt) < RETRY_MS;
    if (this.loading || !this.keys || !isRecent) await this.loadNow();
  }

  /** Concurrent callers share one request. A failure is counted, not thrown. */
  private loadNow(): Promise<void> {
    if (this.loading) return this.loading;
    this.attemptedAt = Date.now();
    this.waitUntil = performance.now() + REFRESH_WAIT_MS;
    this.loading = this.fetchKeys()
      .then((keys) => this.accept(keys))
      .catch((error: unknown) => this.scheduleRetry(error))
      .finally(() => (this.loading = undefined));
    return this.loading;
  }

  private accept(keys: JSONWebKeySet): void {
    this.keys = createLocalJWKSet(keys);
    this.loadedAt = Date.now();
    this.failures = 0;
    this.failureLog.recordSuccess();
    this.scheduleLoad(REFRESH_MS);
  }

  /** Known keys are refreshed as soon as the host product responds again, without a request of a user. */
  private scheduleRetry(error: unknown): void {
    this.failures++;
    this.failureLog.recordFailure(error);
    if (!this.keys) return;
    const pauseMs = Math.min(MAX_RETRY_MS, RETRY_MS * this.failures) - (Date.now() - this.attemptedAt);
    this.scheduleLoad(Math.max(0, pauseMs));
  }

  private scheduleLoad(pauseMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.loadNow(), pauseMs).unref();
  }

  private remainingWait(): number {
    return this.loading ? Math.max(0, this.waitUntil - performance.now()) : REFRESH_WAIT_MS;
  }

  private async fetchKeys(): Promise<JSONWebKeySet> {
    const response = await fetch(this.url, {
      headers: { accept: 'application/json, application/jwk-set+json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'manual',
    });
    if (response.status !== 200) throw new Error(`The JWKS endpoint returned status ${response.status}.`);
    return (await response.json()) as JSONWebKeySet;
  }
}

function isUnknownKey(error: unknown): boolean {
  return NO_KEY_ERRORS.some((kind) => error instanceof kind);
}

function keysUnavailable(): Error {
  return serviceUnavailable('The keys of the host product are not available.', { retryAfterMs: RETRY_MS });
}

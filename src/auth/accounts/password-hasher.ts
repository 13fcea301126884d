import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { Config } from '../../kernel/config/config.js';
import { FairQueue } from '../../kernel/concurrency/fair-queue.js';
import type { SignInAttempt } from './sign-in-attempts.js';

/** argon2id with the minimum of the OWASP Password Storage Cheat Sheet: 19 MiB, two passes, parallelism 1. About 10 ms. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Share of the processors and of the four worker threads of Node; the rest serves other requests. */
const CONCURRENCY = Math.max(1, Math.min(2, availableParallelism() - 1));
/** Waiting hashes. Further ones are rejected, because they would wait longer than a second. */
const MAX_WAITING = 64;

/**
 * Hashes passwords on the worker threads of Node. The concurrency limit bounds threads and memory in a flood of sign-ins.
 * Networks take turns; logins that have succeeded from their address before alternate with the others.
 */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly queue = new FairQueue({
    concurrency: CONCURRENCY,
    concurrencyPerKey: CONCURRENCY,
    maxWaiting: MAX_WAITING,
  });
  /** Hash verified for an unknown account, so that the response takes equally long. */
  private decoyHash = '';

  constructor(private readonly config: Config) {}

  async onModuleInit(): Promise<void> {
    if (this.config.localAccounts) this.decoyHash = await hash(randomBytes(16), ARGON2ID);
  }

  hash(password: string, { network }: SignInAttempt): Promise<string> {
    return this.queue.run(network, () => hash(normalizePassword(password), ARGON2ID));
  }

  /** False for an undefined hash, after the time of a verification. */
  matches(
    password: string,
    passwordHash: string | undefined,
    { network, isKnown }: SignInAttempt,
  ): Promise<boolean> {
    const verifyHash = async (): Promise<boolean> => {
      const isMatch = await verify(passwordHash ?? this.decoyHash, normalizePassword(password));
      return isMatch && passwordHash !== undefined;
    };
    return this.queue.run(network, verifyHash, isKnown);
  }
}

/** Unicode normalization makes a password independent of keyboard and platform (NIST SP 800-63B). */
function normalizePassword(password: string): string {
  return password.normalize('NFKC');
}

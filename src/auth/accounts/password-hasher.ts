import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import pLimit from 'p-limit';
import { Config } from '../../kernel/config/config.js';
import { rateLimited } from '../../kernel/errors/base.errors.js';

/** argon2id as OWASP's Password Storage Cheat Sheet asks for it: 19 MiB, two passes, one lane. Some 10 ms. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Of the four threads that Node has for such work, and of the processors: the rest is for everybody else. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
/** Who comes when so many wait is told to come back: within a second their turn would not come. */
const MAX_QUEUED = 64;
const COME_BACK_MS = 1_000;

/** Hashes passwords on the threads of Node, a few at once, so that a flood of logins takes neither all of them nor the memory. */
@Injectable()
export class PasswordHasher implements OnModuleInit {
  private readonly limit = pLimit(AT_ONCE);
  /** What the password of nobody is compared with: as long as anybody's. */
  private decoy = '';

  constructor(private readonly config: Config) {}

  async onModuleInit(): Promise<void> {
    if (this.config.localAccounts) this.decoy = await hash(randomBytes(16), ARGON2ID);
  }

  hash(password: string): Promise<string> {
    return this.inTurn(() => hash(asOne(password), ARGON2ID));
  }

  /** False, and not sooner, for somebody who has no hash. */
  matches(password: string, passwordHash: string | undefined): Promise<boolean> {
    return this.inTurn(async () => {
      const isMatch = await verify(passwordHash ?? this.decoy, asOne(password));
      return isMatch && passwordHash !== undefined;
    });
  }

  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.limit.pendingCount >= MAX_QUEUED) throw rateLimited(undefined, { retryAfterMs: COME_BACK_MS });
    return this.limit(work);
  }
}

/** The same characters typed on another keyboard are the same password (NIST SP 800-63B). */
function asOne(password: string): string {
  return password.normalize('NFKC');
}

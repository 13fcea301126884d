import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { unauthenticated } from '../../kernel/errors/base.errors.js';
import { UsersRepository } from './users.repository.js';

/** Account version: counter of the private changes of a user. Each change increments it under the lock of the user. */
@Injectable()
export class AccountVersionService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UsersRepository,
  ) {}

  /** Locks the user until the end of the transaction, before a private change. Returns the account version. */
  async lockUser(userId: string, { includeInactive = false } = {}): Promise<number> {
    this.unitOfWork.lock(userId);
    const accountVersion = await this.users.lockAccountVersion(userId, includeInactive);
    if (accountVersion === null) throw unauthenticated();
    return accountVersion;
  }

  /** Counts one private change of a locked user. Returns the new account version. */
  increment(userId: string): Promise<number> {
    return this.users.incrementAccountVersion(userId);
  }
}

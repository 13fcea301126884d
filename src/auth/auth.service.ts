import { Injectable } from '@nestjs/common';
import { unauthenticated } from '../kernel/errors/base.errors.js';
import { Authenticator, type Session } from '../kernel/identity/auth-user.js';
import { UsersService } from '../modules/users/users.service.js';
import { AccessTokens } from './accounts/access-tokens.js';
import { AccountsService } from './accounts/accounts.service.js';
import { profileOf } from './claims.js';
import { TokenVerifier } from './token-verifier.js';

/** The last instant that ISO 8601 writes with four digits of a year. */
const END_OF_TIME = Date.UTC(9999, 11, 31);

/**
 * Who is calling, for both doors: a valid token of the host is a person here, from its first use on; an account kept here
 * has tokens of this server.
 */
@Injectable()
export class AuthService extends Authenticator {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly users: UsersService,
    private readonly accessTokens: AccessTokens,
    private readonly accounts: AccountsService,
  ) {
    super();
  }

  override authenticate(token: unknown): Promise<Session> {
    return this.accessTokens.isLocalAccountToken(token)
      ? this.accounts.authenticate(token)
      : this.admit(token);
  }

  private async admit(token: unknown): Promise<Session> {
    const payload = await this.verifier.verify(token);
    const { id, role, isActive, now } = await this.users.provision(profileOf(payload));
    if (!isActive) throw unauthenticated();
    return {
      user: { userId: id, role },
      expiresAt: Math.min(payload.exp * 1000, END_OF_TIME),
      startedAt: now,
    };
  }
}

import { Injectable } from '@nestjs/common';
import { unauthenticated } from '../kernel/errors/base.errors.js';
import { Authenticator, type Session } from '../kernel/identity/auth-user.js';
import { UsersService } from '../modules/users/users.service.js';
import { AccessTokens } from './accounts/access-tokens.js';
import { AccountsService } from './accounts/accounts.service.js';
import { toHostProfile } from './claims.js';
import { TokenVerifier } from './token-verifier.js';

/** Limit of ISO 8601 with four-digit years. */
const MAX_EXPIRY_MS = Date.UTC(9999, 11, 31);

/** Authenticates both transports. The first token of a user of the host product provisions the user; local accounts have own tokens. */
@Injectable()
export class TokenAuthenticator extends Authenticator {
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
      : this.authenticateHostUser(token);
  }

  private async authenticateHostUser(token: unknown): Promise<Session> {
    const payload = await this.verifier.verify(token);
    const { id, role, isActive, now } = await this.users.provision(toHostProfile(payload));
    if (!isActive) throw unauthenticated();
    return {
      user: { userId: id, role },
      expiresAt: Math.min(payload.exp * 1000, MAX_EXPIRY_MS),
      startedAt: now,
    };
  }
}

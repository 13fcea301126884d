import { Injectable } from '@nestjs/common';
import { unauthenticated } from '../kernel/errors/base.errors.js';
import { Authenticator, type Session } from '../kernel/identity/auth-user.js';
import { UsersService } from '../modules/users/users.service.js';
import { AccessTokens } from './accounts/access-tokens.js';
import { SignInsService } from './accounts/sign-ins.service.js';
import { toHostProfile } from './claims.js';
import { TokenVerifier } from './token-verifier.js';

/** Authenticates both transports. The first token of a user of the host product provisions the user; local accounts have own tokens. */
@Injectable()
export class TokenAuthenticator extends Authenticator {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly users: UsersService,
    private readonly accessTokens: AccessTokens,
    private readonly signIns: SignInsService,
  ) {
    super();
  }

  override authenticate(token: unknown): Promise<Session> {
    return this.accessTokens.isLocalAccountToken(token)
      ? this.signIns.authenticate(token)
      : this.authenticateHostUser(token);
  }

  private async authenticateHostUser(token: unknown): Promise<Session> {
    const payload = await this.verifier.verify(token);
    const { id, role, isActive, now } = await this.users.provision(toHostProfile(payload));
    if (!isActive) throw unauthenticated({ reason: 'user deactivated' });
    return {
      user: { userId: id, role },
      expiresAt: payload.exp * 1000,
      startedAt: now,
    };
  }
}

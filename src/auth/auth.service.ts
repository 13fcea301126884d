import { Injectable } from '@nestjs/common';
import { unauthenticated } from '../kernel/errors/base.errors.js';
import { Authenticator, type Session } from '../kernel/identity/caller.js';
import { UsersService } from '../modules/users/users.service.js';
import { profileOf } from './claims.js';
import { TokenVerifier } from './token-verifier.js';

/** The last instant that ISO 8601 writes with four digits of a year. */
const END_OF_TIME = Date.UTC(9999, 11, 31);

/** Who is calling, for both doors: a valid token of the host is a person here, from its first use on. */
@Injectable()
export class AuthService extends Authenticator {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly users: UsersService,
  ) {
    super();
  }

  override async authenticate(token: unknown): Promise<Session> {
    const payload = await this.verifier.verify(token);
    const { id, role, isActive, now } = await this.users.admit(profileOf(payload));
    if (!isActive) throw unauthenticated();
    return {
      caller: { userId: id, role },
      expiresAt: Math.min(payload.exp * 1000, END_OF_TIME),
      startedAt: now,
    };
  }
}

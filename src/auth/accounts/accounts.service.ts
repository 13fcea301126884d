import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { v7 as newId } from 'uuid';
import { unauthenticated } from '../../kernel/errors/base.errors.js';
import type { Session } from '../../kernel/identity/auth-user.js';
import type { AccountDto } from '../../modules/users/dto/account.dto.js';
import { UsersService } from '../../modules/users/users.service.js';
import { AccessTokens } from './access-tokens.js';
import { AccountKeys } from './account-keys.js';
import type { LoginDto } from './dto/login.dto.js';
import type { RefreshTokenDto } from './dto/refresh-token.dto.js';
import type { RegisterDto } from './dto/register.dto.js';
import type { AuthTokensDto, LogoutDto } from './dto/auth-tokens.dto.js';
import { RefreshTokensRepository, type RefreshTokenRow } from './refresh-tokens.repository.js';
import { PasswordHasher } from './password-hasher.js';
import {
  hashOf,
  newSecret,
  readRefreshToken,
  writeRefreshToken,
  type RefreshToken,
} from './refresh-token.js';

type Exchange = { outcome: 'refused' | 'stolen' } | { outcome: 'answered'; answer: AuthTokensDto };

/** The accounts that this server keeps itself: who signs in, how long, and who does no more (docs/decisions/0011). */
@Injectable()
export class AccountsService {
  constructor(
    private readonly users: UsersService,
    private readonly families: RefreshTokensRepository,
    private readonly passwords: PasswordHasher,
    private readonly accessTokens: AccessTokens,
    private readonly keys: AccountKeys,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async register({ username, password, email, displayName }: RegisterDto): Promise<AuthTokensDto> {
    const person = { username, email: email ?? null, displayName: displayName ?? null };
    await this.users.requireLoginAvailable(person);
    const passwordHash = await this.passwords.hash(password);
    return this.unitOfWork.run(async () =>
      this.signIn(await this.users.createLocalAccount({ ...person, passwordHash })),
    );
  }

  /** Whatever is wrong takes as long and is answered the same: who has an account is nobody's business. */
  async login({ login, password }: LoginDto): Promise<AuthTokensDto> {
    const localAccount = await this.users.findLocalAccount(login);
    const isRight = await this.passwords.matches(password, localAccount?.passwordHash);
    if (!localAccount?.account.isActive || !isRight)
      throw unauthenticated('The name or the password is wrong.');
    return this.signIn(localAccount.account);
  }

  async refresh({ refreshToken }: RefreshTokenDto): Promise<AuthTokensDto> {
    const shown = readRefreshToken(refreshToken, this.keys);
    if (!shown) throw unauthenticated();
    const exchange = await this.unitOfWork.run(() => this.exchange(shown));
    if (exchange.outcome === 'stolen') await this.end(shown.familyId);
    if (exchange.outcome !== 'answered') throw unauthenticated();
    return exchange.answer;
  }

  async logout({ refreshToken }: RefreshTokenDto): Promise<LogoutDto> {
    const shown = readRefreshToken(refreshToken, this.keys);
    if (shown) await this.end(shown.familyId);
    return { isSignedOut: true };
  }

  /** The session of an access token: only while its sign-in lasts. */
  async authenticate(token: string): Promise<Session> {
    const { sub, sid, gen, exp } = await this.accessTokens.verify(token);
    const row = await this.families.findSession(sid, sub);
    if (!row?.is_active) throw unauthenticated();
    if (!row.is_seen && row.generation === gen) await this.families.markSeen(sid, gen);
    return { user: { userId: row.id, role: row.role }, expiresAt: exp * 1000, startedAt: row.now };
  }

  private async signIn(me: AccountDto): Promise<AuthTokensDto> {
    const token = { familyId: newId(), secret: newSecret() };
    return this.answer(me, token, await this.families.add(token.familyId, me.id, hashOf(token.secret)));
  }

  /**
   * The newest token is exchanged for its successor. The one before it is answered with the same successor, as long as
   * its owner may not have got that; any other was used before, and not by its owner.
   */
  private async exchange({ familyId, secret }: RefreshToken): Promise<Exchange> {
    const family = await this.families.lock(familyId);
    if (!family) return { outcome: 'refused' };
    const me = await this.users.getSelf({ userId: family.user_id });
    if (!me.isActive) return { outcome: 'refused' };

    const next = { familyId, secret: this.keys.successorOf(secret) };
    const [hash, nextHash] = [hashOf(secret), hashOf(next.secret)];
    if (hash.equals(family.token_hash))
      return this.answered(me, next, await this.families.rotate(familyId, nextHash));
    const isRetry = family.is_previous_good && family.previous_hash && hash.equals(family.previous_hash);
    return isRetry && nextHash.equals(family.token_hash)
      ? this.answered(me, next, family)
      : { outcome: 'stolen' };
  }

  private async answered(me: AccountDto, token: RefreshToken, family: RefreshTokenRow): Promise<Exchange> {
    return { outcome: 'answered', answer: await this.answer(me, token, family) };
  }

  private async answer(
    me: AccountDto,
    refresh: RefreshToken,
    family: RefreshTokenRow,
  ): Promise<AuthTokensDto> {
    const { family_id: sid, generation: gen, expires_at } = family;
    const { token, expiresAt } = await this.accessTokens.sign({ sub: me.tmsUserId, sid, gen });
    return {
      accessToken: token,
      expiresAt: expiresAt.toISOString(),
      refreshToken: writeRefreshToken(refresh, this.keys),
      refreshExpiresAt: expires_at.toISOString(),
      user: me,
    };
  }

  /** Ends a sign-in and the sockets of its person; twice, for who connects while the first is being committed. */
  private async end(familyId: string): Promise<void> {
    const userId = await this.unitOfWork.run(async () => {
      const owner = await this.families.remove(familyId);
      if (owner) await this.users.revokeSessions(owner);
      return owner;
    });
    if (userId) await this.users.revokeSessions(userId);
  }
}

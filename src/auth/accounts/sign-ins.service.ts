import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { unauthenticated } from '../../kernel/errors/base.errors.js';
import type { Session } from '../../kernel/identity/auth-user.js';
import type { AccountDto } from '../../modules/users/dto/account.dto.js';
import { UsersService } from '../../modules/users/users.service.js';
import { AccessTokens } from './access-tokens.js';
import type { AuthTokensDto, LogoutDto, RefreshTokenDto } from './dto/sign-in.dto.js';
import { RefreshTokenCodec, type RefreshTokenParts } from './refresh-token-codec.js';
import { RefreshTokensRepository, type RefreshTokenRow } from './refresh-tokens.repository.js';

type RefreshResult = { outcome: 'rejected' | 'reused' } | { outcome: 'exchanged'; tokens: AuthTokensDto };

/** Reasons of refused refreshes, for the log. */
const REASONS = { rejected: 'sign-in ended', reused: 'refresh token reused' };

/** Sign-ins of local accounts: tokens, refresh and logout (docs/decisions/0011). */
@Injectable()
export class SignInsService {
  constructor(
    private readonly users: UsersService,
    private readonly refreshTokensRepository: RefreshTokensRepository,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokenCodec: RefreshTokenCodec,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async refresh({ refreshToken }: RefreshTokenDto): Promise<AuthTokensDto> {
    const token = this.refreshTokenCodec.parse(refreshToken);
    if (!token) throw unauthenticated({ reason: 'refresh token invalid' });
    const result = await this.unitOfWork.run(() => this.exchangeToken(token));
    if (result.outcome === 'reused') await this.endSignIn(token.familyId);
    if (result.outcome !== 'exchanged') throw unauthenticated({ reason: REASONS[result.outcome] });
    return result.tokens;
  }

  async logout({ refreshToken }: RefreshTokenDto): Promise<LogoutDto> {
    const token = this.refreshTokenCodec.parse(refreshToken);
    if (token) await this.endSignIn(token.familyId);
    return { isSignedOut: true };
  }

  /** Session of an access token whose sign-in has not ended. */
  async authenticate(token: string): Promise<Session> {
    const { sub, sid, gen, exp } = await this.accessTokens.verify(token);
    const row = await this.refreshTokensRepository.findSession(sid, sub);
    if (!row) throw unauthenticated({ reason: 'sign-in ended' });
    if (!row.is_active) throw unauthenticated({ reason: 'user deactivated' });
    if (!row.is_seen && row.generation === gen)
      await this.unitOfWork.runLocked(sid, () => this.refreshTokensRepository.markGenerationSeen(sid, gen));
    return { user: { userId: row.id, role: row.role }, expiresAt: exp * 1000, startedAt: row.now };
  }

  async createSignIn(account: AccountDto): Promise<AuthTokensDto> {
    const token = { familyId: newId(), secret: this.refreshTokenCodec.createSecret() };
    const hash = this.refreshTokenCodec.hashSecret(token.secret);
    return this.toTokens(
      account,
      token,
      await this.refreshTokensRepository.insertFamily(token.familyId, account.id, hash),
    );
  }

  /**
   * Exchanges the newest token for its successor. The previous token gets the same successor while the client may have
   * missed the response. Any other token was used before and counts as reused.
   */
  private async exchangeToken({ familyId, secret }: RefreshTokenParts): Promise<RefreshResult> {
    this.unitOfWork.lock(familyId);
    const row = await this.refreshTokensRepository.lockFamily(familyId);
    if (!row) return { outcome: 'rejected' };
    const account = await this.users.getSelf({ userId: row.user_id });
    if (!account.isActive) return { outcome: 'rejected' };

    const successor = { familyId, secret: this.refreshTokenCodec.deriveSuccessor(secret) };
    const [hash, successorHash] = [secret, successor.secret].map((each) =>
      this.refreshTokenCodec.hashSecret(each),
    );
    const toResult = async (newest: RefreshTokenRow): Promise<RefreshResult> => ({
      outcome: 'exchanged',
      tokens: await this.toTokens(account, successor, newest),
    });
    if (hash!.equals(row.token_hash))
      return toResult(await this.refreshTokensRepository.rotateToken(familyId, successorHash!));
    const isRetry = row.is_previous_valid && row.previous_hash && hash!.equals(row.previous_hash);
    return isRetry && successorHash!.equals(row.token_hash) ? toResult(row) : { outcome: 'reused' };
  }

  private async toTokens(
    account: AccountDto,
    refreshToken: RefreshTokenParts,
    row: RefreshTokenRow,
  ): Promise<AuthTokensDto> {
    const { family_id: sid, generation: gen, expires_at } = row;
    const { token, expiresAt } = await this.accessTokens.sign({ sub: account.tmsUserId, sid, gen });
    return {
      accessToken: token,
      expiresAt: expiresAt.toISOString(),
      refreshToken: this.refreshTokenCodec.format(refreshToken),
      refreshExpiresAt: expires_at.toISOString(),
      user: account,
    };
  }

  /** Ends a sign-in and the sockets of its user. The second revocation covers sockets admitted before the commit. */
  private async endSignIn(familyId: string): Promise<void> {
    const userId = await this.unitOfWork.run(async () => {
      const ownerId = await this.refreshTokensRepository.deleteFamily(familyId);
      if (ownerId) await this.users.revokeSessions(ownerId);
      return ownerId;
    });
    if (userId) await this.users.revokeSessions(userId);
  }
}

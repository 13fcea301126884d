import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { unauthenticated } from '../../kernel/errors/base.errors.js';
import { UsersService } from '../../modules/users/users.service.js';
import type { AccountDto } from '../../modules/users/dto/account.dto.js';
import { CommonPasswords } from './common-passwords.js';
import type { AuthTokensDto, LoginDto, RegisterDto } from './dto/sign-in.dto.js';
import { PasswordHasher } from './password-hasher.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { SignInsService } from './sign-ins.service.js';

/** Registration of local accounts and their sign-in with a password (docs/decisions/0011). */
@Injectable()
export class AccountsService {
  constructor(
    private readonly users: UsersService,
    private readonly passwords: PasswordHasher,
    private readonly commonPasswords: CommonPasswords,
    private readonly attempts: SignInAttempts,
    private readonly signIns: SignInsService,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  async register(
    { username, password, email, displayName }: RegisterDto,
    address: string,
  ): Promise<AuthTokensDto> {
    const profile = { username, email: email ?? null, displayName: displayName ?? null };
    this.commonPasswords.validatePassword(password, profile);
    return this.attempts.register(username, address, async (attempt) => {
      await this.users.requireLoginAvailable(profile);
      const passwordHash = await this.passwords.hash(password, attempt);
      return this.unitOfWork.run(async () =>
        this.signIns.createSignIn(await this.users.createLocalAccount({ ...profile, passwordHash })),
      );
    });
  }

  /** Every failure has the same error and duration, so that the response does not reveal the existence of an account. */
  async login({ login, password }: LoginDto, address: string): Promise<AuthTokensDto> {
    let account: AccountDto | undefined;
    const isMatch = await this.attempts.signIn(login, address, async (attempt) => {
      const localAccount = await this.users.findLocalAccount(login);
      account = localAccount?.account;
      const isPassword = await this.passwords.matches(password, localAccount?.passwordHash, attempt);
      return isPassword && account?.isActive === true;
    });
    if (!isMatch || !account)
      throw unauthenticated('The username or the password is wrong.', { reason: 'wrong password' });
    return this.signIns.createSignIn(account);
  }
}

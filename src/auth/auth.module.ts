import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Authenticator } from '../kernel/identity/auth-user.js';
import { UsersModule } from '../modules/users/users.module.js';
import { AccessTokens } from './accounts/access-tokens.js';
import { AccountKeys } from './accounts/account-keys.js';
import { AccountsController } from './accounts/accounts.controller.js';
import { AccountsService } from './accounts/accounts.service.js';
import { RefreshTokensRepository } from './accounts/refresh-tokens.repository.js';
import { PasswordHasher } from './accounts/password-hasher.js';
import { AuthGateway } from './auth.gateway.js';
import { AuthGuard } from './auth.guard.js';
import { AuthService } from './auth.service.js';
import { TokenVerifier } from './token-verifier.js';

@Global()
@Module({
  imports: [UsersModule],
  controllers: [AccountsController],
  providers: [
    TokenVerifier,
    AccountKeys,
    AccessTokens,
    PasswordHasher,
    RefreshTokensRepository,
    AccountsService,
    { provide: Authenticator, useClass: AuthService },
    { provide: APP_GUARD, useClass: AuthGuard },
    AuthGateway,
  ],
  exports: [Authenticator],
})
export class AuthModule {}

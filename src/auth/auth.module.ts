import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Authenticator } from '../kernel/identity/auth-user.js';
import { UsersModule } from '../modules/users/users.module.js';
import { AccessTokens } from './accounts/access-tokens.js';
import { AccountsController } from './accounts/accounts.controller.js';
import { AccountsService } from './accounts/accounts.service.js';
import { RefreshTokenCodec } from './accounts/refresh-token-codec.js';
import { RefreshTokensRepository } from './accounts/refresh-tokens.repository.js';
import { CommonPasswords } from './accounts/common-passwords.js';
import { PasswordHasher } from './accounts/password-hasher.js';
import { SignInAttempts } from './accounts/sign-in-attempts.js';
import { SignInsService } from './accounts/sign-ins.service.js';
import { AuthGateway } from './auth.gateway.js';
import { AuthGuard } from './auth.guard.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { TokenVerifier } from './token-verifier.js';

/** Authentication of both transports: tokens of the host product and of local accounts. */
@Global()
@Module({
  imports: [UsersModule],
  controllers: [AccountsController],
  providers: [
    TokenVerifier,
    AccessTokens,
    RefreshTokenCodec,
    CommonPasswords,
    PasswordHasher,
    SignInAttempts,
    SignInsService,
    RefreshTokensRepository,
    AccountsService,
    { provide: Authenticator, useClass: TokenAuthenticator },
    { provide: APP_GUARD, useClass: AuthGuard },
    AuthGateway,
  ],
  exports: [Authenticator],
})
export class AuthModule {}

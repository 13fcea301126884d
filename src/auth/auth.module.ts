import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Authenticator } from '../kernel/identity/caller.js';
import { UsersModule } from '../modules/users/users.module.js';
import { AuthGateway } from './auth.gateway.js';
import { AuthGuard } from './auth.guard.js';
import { AuthService } from './auth.service.js';
import { TokenVerifier } from './token-verifier.js';

@Global()
@Module({
  imports: [UsersModule],
  providers: [
    TokenVerifier,
    { provide: Authenticator, useClass: AuthService },
    { provide: APP_GUARD, useClass: AuthGuard },
    AuthGateway,
  ],
  exports: [Authenticator],
})
export class AuthModule {}

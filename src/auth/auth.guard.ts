import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { unauthenticated } from '../kernel/errors/base.errors.js';
import { Authenticator, type AuthenticatedRequest } from '../kernel/identity/auth-user.js';
import { isPublic } from '../kernel/realtime/operation.decorators.js';

/** Requires a bearer token (RFC 6750) on every route that is not public. Sockets authenticate in the handshake. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(private readonly authenticator: Authenticator) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http' || isPublic(context.getHandler(), context.getClass())) return true;
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const [, token] = /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!token) throw unauthenticated({ reason: 'no token' });
    request.session = await this.authenticator.authenticate(token);
    return true;
  }
}

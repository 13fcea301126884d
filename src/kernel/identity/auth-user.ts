import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Socket } from 'socket.io';

/** Server-wide roles. An admin acts for the host product. */
export const USER_ROLES = ['user', 'admin', 'bot'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** Authenticated user of a request or socket. */
export interface AuthUser {
  readonly userId: string;
  readonly role: UserRole;
  /** Device id from the socket handshake; undefined over REST. */
  readonly deviceId?: string;
  /** Id of the socket; undefined over REST. */
  readonly socketId?: string;
}

/** Authenticated user with the lifetime of the token. */
export interface Session {
  user: AuthUser;
  /** Expiry of the token in milliseconds since 1970. */
  expiresAt: number;
  /** Start by the database clock. A session revocation after it ends the session. */
  startedAt: Date;
}

/** Verifies a token: returns its session or throws unauthenticated or token_expired. Implemented by auth. */
export abstract class Authenticator {
  abstract authenticate(token: unknown): Promise<Session>;
}

export type AuthenticatedRequest = Request & { session: Session };

/** Parameter of a controller or gateway method: the authenticated user. */
export const CurrentUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext): AuthUser => getSession(context).user,
);

/** Parameter of a controller method: IP address of the client, as reported by the trusted proxies. */
export const ClientAddress = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string =>
    context.switchToHttp().getRequest<Request>().ip ?? '',
);

export function getSession(context: ExecutionContext): Session {
  return context.getType() === 'ws'
    ? (context.switchToWs().getClient<Socket>().data as { session: Session }).session
    : context.switchToHttp().getRequest<AuthenticatedRequest>().session;
}

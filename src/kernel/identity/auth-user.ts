import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Socket } from 'socket.io';

/** What a person may be to the whole server. An admin acts for the host product. */
export const USER_ROLES = ['user', 'admin', 'bot'] as const;
export type UserRole = (typeof USER_ROLES)[number];

/** Who is calling, on either door. */
export interface AuthUser {
  readonly userId: string;
  readonly role: UserRole;
  /** The device whose socket this is, by the name that it gave itself; over REST there is none. */
  readonly deviceId?: string;
}

/** A caller and how long its token is good. */
export interface Session {
  user: AuthUser;
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** By the clock of the database: a sign-out after this instant ends the session. */
  startedAt: Date;
}

/** Turns a token into a session, or throws unauthenticated or token_expired. Implemented by auth. */
export abstract class Authenticator {
  abstract authenticate(token: unknown): Promise<Session>;
}

export type AuthenticatedRequest = Request & { session: Session };

/** The caller as a parameter of a controller's or gateway's method. */
export const CurrentUser = createParamDecorator(
  (_data: unknown, context: ExecutionContext): AuthUser => sessionOf(context).user,
);

export function sessionOf(context: ExecutionContext): Session {
  return context.getType() === 'ws'
    ? (context.switchToWs().getClient<Socket>().data as { session: Session }).session
    : context.switchToHttp().getRequest<AuthenticatedRequest>().session;
}

import { ConnectedSocket } from '@nestjs/websockets';
import { forbidden } from '../kernel/errors/base.errors.js';
import { Authenticator, CurrentUser, type AuthUser } from '../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../kernel/realtime/operation.decorators.js';
import type { ChatSocket } from '../kernel/realtime/chat-socket.js';
import { Input } from '../kernel/validation/input.decorator.js';
import { RefreshSessionDto, refreshSession, type SessionDto } from './auth.contract.js';

/** Replaces the token of a connected socket. */
@ChatGateway()
export class AuthGateway {
  constructor(private readonly authenticator: Authenticator) {}

  @CommandHandler(refreshSession)
  async refreshSession(
    @CurrentUser() user: AuthUser,
    @Input() { token }: RefreshSessionDto,
    @ConnectedSocket() socket: ChatSocket,
  ): Promise<SessionDto> {
    const session = await this.authenticator.authenticate(token);
    if (session.user.userId !== user.userId) throw forbidden('The token belongs to another user.');
    socket.data.session = {
      ...session,
      user: { ...session.user, deviceId: user.deviceId, socketId: user.socketId },
    };
    return { expiresAt: new Date(session.expiresAt).toISOString() };
  }
}

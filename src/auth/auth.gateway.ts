import { ConnectedSocket } from '@nestjs/websockets';
import { forbidden } from '../kernel/errors/base.errors.js';
import { Authenticator, CurrentUser, type AuthUser } from '../kernel/identity/auth-user.js';
import { ChatGateway, CommandHandler } from '../kernel/realtime/operation.decorators.js';
import type { ChatSocket } from '../kernel/realtime/chat-socket.js';
import { Input } from '../kernel/validation/input.decorator.js';
import { RefreshSessionDto, refreshSession, type SessionDto } from './auth.contract.js';

@ChatGateway()
export class AuthGateway {
  constructor(private readonly authenticator: Authenticator) {}

  @CommandHandler(refreshSession)
  async refresh(
    @CurrentUser() authUser: AuthUser,
    @Input() { token }: RefreshSessionDto,
    @ConnectedSocket() socket: ChatSocket,
  ): Promise<SessionDto> {
    const session = await this.authenticator.authenticate(token);
    if (session.user.userId !== authUser.userId) throw forbidden('The token belongs to somebody else.');
    socket.data.session = { ...session, user: { ...session.user, deviceId: authUser.deviceId } };
    return { expiresAt: new Date(session.expiresAt).toISOString() };
  }
}

import { ConnectedSocket } from '@nestjs/websockets';
import { forbidden } from '../kernel/errors/base.errors.js';
import { Authenticator, CallerParam, type Caller } from '../kernel/identity/caller.js';
import { ChatGateway } from '../kernel/realtime/chat-gateway.decorator.js';
import type { ChatSocket } from '../kernel/realtime/chat-socket.js';
import { On } from '../kernel/realtime/operation.decorators.js';
import { Input } from '../kernel/validation/input.decorator.js';
import { RefreshSessionDto, refreshSession, type SessionDto } from './auth.contract.js';

@ChatGateway()
export class AuthGateway {
  constructor(private readonly authenticator: Authenticator) {}

  @On(refreshSession)
  async refresh(
    @CallerParam() caller: Caller,
    @Input() { token }: RefreshSessionDto,
    @ConnectedSocket() socket: ChatSocket,
  ): Promise<SessionDto> {
    const session = await this.authenticator.authenticate(token);
    if (session.caller.userId !== caller.userId) throw forbidden('The token belongs to somebody else.');
    socket.data.session = { ...session, caller: { ...session.caller, deviceId: caller.deviceId } };
    return { expiresAt: new Date(session.expiresAt).toISOString() };
  }
}

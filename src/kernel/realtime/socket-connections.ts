import { Injectable } from '@nestjs/common';
import type { Server } from 'socket.io';
import { DatabaseEpoch } from '../database/database-epoch.js';
import type { FieldError } from '../errors/app-error.js';
import { conflict } from '../errors/base.errors.js';
import { toProblem } from '../errors/to-problem.js';
import { Authenticator } from '../identity/auth-user.js';
import { ConnectedDevices } from '../identity/connected-devices.js';
import { SessionMonitor } from '../identity/session-monitor.js';
import { sessionResync } from '../identity/sessions.contract.js';
import { clientIdRule, idRule } from '../validation/rules.js';
import { validationError } from '../validation/validation-error.js';
import { disconnectSlowConsumer } from './backpressure.js';
import type { ChatSocket } from './chat-socket.js';
import { CommandDispatcher } from './command-dispatcher.js';
import { Publisher } from './publisher.js';
import { deviceRoom } from './recipient-resolver.js';

/**
 * Admits sockets: authenticates the handshake and joins the rooms of user and device. A connection has one socket,
 * because each socket costs a query and receives all events.
 */
@Injectable()
export class SocketConnections {
  /** Connections with an admitted socket or one in its handshake. */
  private readonly usedConnections = new WeakSet<object>();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly sessions: SessionMonitor,
    private readonly publisher: Publisher,
    private readonly devices: ConnectedDevices,
    private readonly dispatcher: CommandDispatcher,
    private readonly epoch: DatabaseEpoch,
  ) {}

  attachServer(server: Server): void {
    server.use((socket: ChatSocket, next) => {
      this.admitSocket(socket).then(
        () => next(),
        (thrown: unknown) => {
          const problem = toProblem(thrown);
          next(Object.assign(new Error(problem.code), { data: problem }));
        },
      );
    });
    server.on('connection', (socket: ChatSocket) => this.registerSocket(socket));
    this.sessions.start(server);
    this.publisher.attach(server);
    this.epoch.onChanged((epoch) => server.local.emit(sessionResync.name, { epoch }));
  }

  private async admitSocket(socket: ChatSocket): Promise<void> {
    if (this.usedConnections.has(socket.conn)) throw conflict('This connection already has a socket.');
    this.usedConnections.add(socket.conn);
    try {
      const { token, deviceId = socket.id, epoch } = socket.handshake.auth as Handshake;
      const errors = listHandshakeErrors({ deviceId, epoch });
      if (errors.length > 0) throw validationError(errors);
      const session = await this.authenticator.authenticate(token);
      const user = { ...session.user, deviceId: deviceId as string, socketId: socket.id };
      socket.data = { session: { ...session, user } };
      await socket.join([user.userId, deviceRoom(user.userId, user.deviceId)]);
    } catch (error) {
      this.usedConnections.delete(socket.conn);
      throw error;
    }
  }

  private registerSocket(socket: ChatSocket): void {
    this.devices.addSocket(socket);
    socket.once('disconnect', () => this.usedConnections.delete(socket.conn));
    disconnectSlowConsumer(socket);
    this.dispatcher.listen(socket);
    this.announceEpoch(socket);
  }

  /** A client that holds data of another epoch learns it before any event. */
  private announceEpoch(socket: ChatSocket): void {
    const { epoch: heldEpoch } = socket.handshake.auth as { epoch?: string };
    const epoch = heldEpoch && this.epoch.findOther(heldEpoch);
    if (epoch) socket.emit(sessionResync.name, { epoch });
  }
}

/** Fields of `auth` in the handshake. */
interface Handshake {
  token?: unknown;
  deviceId?: unknown;
  epoch?: unknown;
}

function listHandshakeErrors({ deviceId, epoch }: Handshake): FieldError[] {
  const codes = { deviceId: clientIdRule(deviceId), epoch: epoch === undefined ? undefined : idRule(epoch) };
  return Object.entries(codes).flatMap(([field, code]) => (code ? [{ field, code }] : []));
}

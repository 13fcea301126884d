import { Injectable } from '@nestjs/common';
import type { Server } from 'socket.io';
import { Config } from '../config/config.js';
import { recordRefusal } from '../logging/refusal-log.js';
import { closeConnection } from './backpressure.js';
import type { ChatSocket } from './chat-socket.js';

const WINDOW_MS = 1_000;
/** Maximum size of a frame before the first admitted socket: a token of the maximum length and its device id. */
const MAX_HANDSHAKE_BYTES = 128 * 1024;

/** Polling or WebSocket of Engine.IO. */
interface Transport {
  maxHttpBufferSize?: number;
  socket?: { _receiver?: { _maxPayload: number } };
}

/** Connection of Engine.IO, which carries the socket. */
interface Connection extends NodeJS.EventEmitter {
  transport: Transport;
}

interface EnginePacket {
  type: string;
  data?: unknown;
}

/**
 * Limits of a connection: the size of a frame before authentication, the frames that are no valid command, and the time
 * without a socket.
 */
@Injectable()
export class ConnectionLimits {
  private server?: Server;
  private readonly maxInvalidFrames: number;
  /** Connections that have had an admitted socket. */
  private readonly permitted = new WeakSet<object>();
  /** Invalid frames of the current window, of connections that sent one. */
  private readonly counts = new WeakMap<object, { startedAt: number; count: number }>();

  constructor(config: Config) {
    this.maxInvalidFrames = config.socketInvalidFramesPerSecond;
  }

  watchConnections(server: Server): void {
    this.server = server;
    const countFrame = this.countFrame.bind(this);
    server.engine.on('connection', (connection: Connection) => {
      const limitFrames = (transport: Transport): void =>
        limitFrameSize(transport, this.findMaxFrameBytes(connection));
      limitFrames(connection.transport);
      // The next transport of the connection, while its probe runs and from its use on.
      connection.on('upgrading', limitFrames).on('upgrade', limitFrames);
      connection.on('packet', function (this: Connection, packet: EnginePacket) {
        countFrame(this, packet);
      });
    });
  }

  /** Permits frames of the usual size. The connection is closed when it has lost its socket for the time of a handshake. */
  permitCommands(socket: ChatSocket): void {
    const { conn, client } = socket;
    this.permitted.add(conn);
    limitFrameSize(conn.transport as unknown as Transport, this.findMaxFrameBytes(conn));
    socket.once('disconnect', () => {
      const close = (): void => {
        if (countSockets(client) === 0) closeConnection(conn);
      };
      setTimeout(close, this.server!.connectTimeout()).unref();
    });
  }

  /** Counts a frame that is no valid command. Above the limit a second, the connection is closed. */
  countInvalidFrame(connection: unknown): void {
    const now = performance.now();
    const window = this.counts.get(connection as object);
    if (!window || now - window.startedAt >= WINDOW_MS)
      this.counts.set(connection as object, { startedAt: now, count: 1 });
    else if (++window.count === this.maxInvalidFrames + 1) {
      recordRefusal('invalid_frames');
      closeConnection(connection);
    }
  }

  private findMaxFrameBytes(connection: object): number {
    return this.permitted.has(connection)
      ? (this.server!.engine.opts.maxHttpBufferSize as number)
      : MAX_HANDSHAKE_BYTES;
  }

  /**
   * Commands, also binary ones (type 5) with their attachments, are counted by the dispatcher. A client sends another packet
   * every 25 s at most.
   */
  private countFrame(connection: Connection, { type, data }: EnginePacket): void {
    const isCommand = type === 'message' && (typeof data !== 'string' || /^[25]/.test(data));
    if (!isCommand) this.countInvalidFrame(connection);
  }
}

/** The transports of Engine.IO take the limit of the server only as a whole; polling and ws keep their own copy. */
function limitFrameSize(transport: Transport, maxBytes: number): void {
  if (transport.maxHttpBufferSize !== undefined) transport.maxHttpBufferSize = maxBytes;
  if (transport.socket?._receiver) transport.socket._receiver._maxPayload = maxBytes;
}

function countSockets(client: unknown): number {
  return (client as { sockets: Map<string, unknown> }).sockets.size;
}

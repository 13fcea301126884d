import type { INestApplicationContext, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import type { GracefulShutdown } from '../http/graceful-shutdown.js';
import { JSON_MAX_BYTES } from '../validation/json-limits.js';
import { guardedParser } from './json-parser.js';
import type { ChatSocket, SocketCommandHandler } from './chat-socket.js';
import { CommandDispatcher } from './command-dispatcher.js';

/** How long a connection may take to show its token. */
const CONNECT_TIMEOUT_MS = 10_000;
/** By which Nest tells a gateway of every socket that comes and goes. */
const HOOKS = ['handleConnection', 'handleDisconnect'];

/** Socket.IO as this server speaks it: one server, whose sockets belong to the door; gateways only bring handlers. */
export class ChatIoAdapter extends IoAdapter {
  private readonly door: CommandDispatcher;
  private readonly hasHooks: boolean;
  private server?: Server;

  constructor(
    app: INestApplicationContext,
    private readonly corsOrigins: string[],
    private readonly openRequests: GracefulShutdown,
  ) {
    super(app);
    this.door = app.get(CommandDispatcher);
    this.hasHooks = classesOf(app).some((type) => HOOKS.some((hook) => hook in (type.prototype as object)));
  }

  override createIOServer(port: number, options?: Partial<ServerOptions>): Server {
    if (this.server) return this.server;
    const settings: Partial<ServerOptions> = {
      ...options,
      cors:
        this.corsOrigins.length > 0
          ? { origin: this.corsOrigins.includes('*') ? '*' : this.corsOrigins }
          : undefined,
      serveClient: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      parser: guardedParser,
      // What lies between the limit of JSON and this is answered with an error; more closes the connection (RFC 6455, 1009).
      maxHttpBufferSize: 4 * JSON_MAX_BYTES,
    };
    this.server = super.createIOServer(port, settings as ServerOptions);
    this.door.attach(this.server);
    return this.server;
  }

  /** Ends the sockets, and with them the HTTP server that they share, which waits for all its connections. */
  override async close(server: Server): Promise<void> {
    await Promise.all([super.close(server), this.openRequests.drain()]);
  }

  /** Gateways meet a socket when it first asks for something; at once only where one has a hook for connections. */
  override bindClientConnect(server: Server, gateway: (socket: ChatSocket) => void): void {
    if (!this.hasHooks) return this.door.registerGateway(gateway);
    server.sockets.setMaxListeners(0); // one for each gateway
    super.bindClientConnect(server, gateway);
  }

  override bindClientDisconnect(socket: ChatSocket, gone: (reason: string) => void): void {
    if (!this.hasHooks) return;
    socket.setMaxListeners(0); // one for each gateway
    super.bindClientDisconnect(socket, gone);
  }

  override bindMessageHandlers(
    socket: ChatSocket,
    handlers: { message: string; callback: SocketCommandHandler }[],
  ): void {
    for (const { message, callback } of handlers) this.door.registerHandler(socket, message, callback);
  }
}

function classesOf(app: INestApplicationContext): Type[] {
  const modules = [...app.get(ModulesContainer).values()];
  const types = modules.flatMap(({ providers }) => [...providers.values()].map(({ metatype }) => metatype));
  return types.filter((type): type is Type => typeof type === 'function' && type.prototype !== undefined);
}

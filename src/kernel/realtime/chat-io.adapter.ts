import type { INestApplicationContext, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Config } from '../config/config.js';
import type { GracefulShutdown } from '../http/graceful-shutdown.js';
import { pathPrefixOf, removePathPrefix } from '../http/path-prefix.js';
import { ignoreOtherUpgrades } from '../http/protocol-upgrades.js';
import { toCorsOptions } from '../http/response-headers.js';
import { recordRefusal } from '../logging/refusal-log.js';
import { JSON_MAX_BYTES } from '../validation/json-limits.js';
import { limitedParser } from './json-parser.js';
import type { ChatSocket, SocketCommandHandler } from './chat-socket.js';
import { CommandDispatcher } from './command-dispatcher.js';
import { ConnectionLimits } from './connection-limits.js';
import { SocketConnections } from './socket-connections.js';
import { TransportPauses } from './transport-pauses.js';

/** Time limit of the handshake. */
const CONNECT_TIMEOUT_MS = 10_000;
const SOCKET_PATH = '/socket.io';
/** Lifecycle hooks of Nest gateways, called for every socket. */
const HOOKS = ['handleConnection', 'handleDisconnect'];

/** Socket.IO adapter: one server for all gateways. SocketConnections admits sockets, CommandDispatcher runs commands. */
export class ChatIoAdapter extends IoAdapter {
  private readonly dispatcher: CommandDispatcher;
  private readonly connections: SocketConnections;
  private readonly limits: ConnectionLimits;
  private readonly pauses: TransportPauses;
  private readonly hasHooks: boolean;
  private readonly config: Config;
  private server?: Server;

  constructor(
    app: INestApplicationContext,
    private readonly shutdown: GracefulShutdown,
  ) {
    super(app);
    this.config = app.get(Config);
    this.dispatcher = app.get(CommandDispatcher);
    this.connections = app.get(SocketConnections);
    this.limits = app.get(ConnectionLimits);
    this.pauses = app.get(TransportPauses);
    this.hasHooks = listProviderClasses(app).some((type) =>
      HOOKS.some((hook) => hook in (type.prototype as object)),
    );
  }

  override createIOServer(port: number, options?: Partial<ServerOptions>): Server {
    if (this.server) return this.server;
    const settings: Partial<ServerOptions> = {
      ...options,
      path: SOCKET_PATH,
      cors: toCorsOptions(this.config.corsOrigins),
      allowRequest: (request, decide) => {
        const isAllowed = this.isOriginAllowed(request);
        if (!isAllowed) recordRefusal('origin');
        decide('Origin not allowed', isAllowed);
      },
      serveClient: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
      parser: limitedParser,
      // A packet between the JSON limit and this size gets an error ack; a larger one closes the connection (RFC 6455, 1009).
      maxHttpBufferSize: 4 * JSON_MAX_BYTES,
    };
    this.server = super.createIOServer(port, settings as ServerOptions);
    this.limits.watchConnections(this.server);
    this.pauses.holdPolling(this.server);
    this.connections.attachServer(this.server);
    ignoreOtherUpgrades(this.httpServer as HttpServer, `${SOCKET_PATH}/`);
    removePathPrefix(this.httpServer as HttpServer, pathPrefixOf(this.config.publicUrl));
    return this.server;
  }

  /** Browsers do not apply CORS to WebSockets: the server checks the origin (RFC 6455, 10.2). Other clients send none. */
  private isOriginAllowed({ headers }: IncomingMessage): boolean {
    const { origin, host } = headers;
    const { corsOrigins, trustProxy, publicUrl } = this.config;
    if (origin === undefined || corsOrigins.includes('*') || corsOrigins.includes(origin)) return true;
    if (!URL.canParse(origin)) return false;
    const proxiedHost =
      trustProxy > 0
        ? String(headers['x-forwarded-host'] ?? '')
            .split(',')[0]
            ?.trim()
        : '';
    const publicHost = publicUrl && new URL(publicUrl).host;
    const originHost = new URL(origin).host; // empty for file:, for example
    return originHost !== '' && [host, proxiedHost, publicHost].includes(originHost);
  }

  /** Closes the sockets and the HTTP server, which waits for all its connections. */
  override async close(server: Server): Promise<void> {
    await Promise.all([super.close(server), this.shutdown.drain()]);
  }

  /** Binds the gateways at the first command of a socket; at the connection only when a gateway has a lifecycle hook. */
  override bindClientConnect(server: Server, gateway: (socket: ChatSocket) => void): void {
    if (!this.hasHooks) return this.dispatcher.registerGateway(gateway);
    server.sockets.setMaxListeners(0); // one listener a gateway
    super.bindClientConnect(server, gateway);
  }

  override bindClientDisconnect(socket: ChatSocket, disconnected: (reason: string) => void): void {
    if (!this.hasHooks) return;
    socket.setMaxListeners(0); // one listener a gateway
    super.bindClientDisconnect(socket, disconnected);
  }

  override bindMessageHandlers(
    socket: ChatSocket,
    handlers: { message: string; callback: SocketCommandHandler }[],
  ): void {
    for (const { message, callback } of handlers) this.dispatcher.registerHandler(socket, message, callback);
  }
}

function listProviderClasses(app: INestApplicationContext): Type[] {
  const modules = [...app.get(ModulesContainer).values()];
  const types = modules.flatMap(({ providers }) => [...providers.values()].map(({ metatype }) => metatype));
  return types.filter((type): type is Type => typeof type === 'function' && type.prototype !== undefined);
}

import { Injectable } from '@nestjs/common';
import type { Server } from 'socket.io';

/** Connection of Engine.IO and the parts of its transports that this file uses. */
interface Connection {
  transport: { socket?: { pause(): void; resume(): void } };
}

interface Engine {
  clients: Record<string, Connection>;
  opts: { pingTimeout: number };
  use(middleware: (request: PollingRequest, response: unknown, next: (error?: Error) => void) => void): void;
}

interface PollingRequest {
  method: string;
  destroyed: boolean;
  _query: { sid?: string };
}

interface Pause {
  resumed: Promise<void>;
  end: () => void;
  timer: NodeJS.Timeout;
}

/**
 * Pauses reading from the transport of a connection, so that TCP slows the client (backpressure). A pause ends at half of
 * the ping timeout at the latest, because the pong of the client waits behind its other packets.
 */
@Injectable()
export class TransportPauses {
  private readonly pauses = new WeakMap<object, Pause>();
  private engine?: Engine;

  /** A packet by polling is a request: its body waits unread while the connection is paused. */
  holdPolling(server: Server): void {
    const engine = server.engine as unknown as Engine;
    this.engine = engine;
    engine.use((request, _response, next) => {
      const pause = request.method === 'POST' ? this.findPause(engine, request) : undefined;
      if (!pause) return next();
      void pause.resumed.then(() => (request.destroyed ? undefined : next()));
    });
  }

  /** No effect on a paused connection. What the process has read already still arrives. */
  pause(connection: object): void {
    if (this.pauses.has(connection)) return;
    (connection as Connection).transport.socket?.pause();
    let end = (): void => undefined;
    const resumed = new Promise<void>((resolve) => (end = resolve));
    const maxMs = this.engine!.opts.pingTimeout / 2;
    const timer = setTimeout(() => this.resume(connection), maxMs).unref();
    this.pauses.set(connection, { resumed, end, timer });
  }

  resume(connection: object): void {
    const pause = this.pauses.get(connection);
    if (!pause) return;
    this.pauses.delete(connection);
    clearTimeout(pause.timer);
    (connection as Connection).transport.socket?.resume();
    pause.end();
  }

  private findPause(engine: Engine, { _query: { sid } }: PollingRequest): Pause | undefined {
    const connection = sid !== undefined && Object.hasOwn(engine.clients, sid) && engine.clients[sid];
    return connection ? this.pauses.get(connection) : undefined;
  }
}

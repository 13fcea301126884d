import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Headers of an upgrade to HTTP/2 that the repeated request lacks (RFC 7540, 3.2). */
const UPGRADE_HEADERS = new Set(['upgrade', 'http2-settings']);

/**
 * Answers a request that offers another protocol than WebSocket on the path of the sockets, `h2c` for example, over
 * HTTP/1.1: a server may ignore the offer (RFC 9110, 7.8). Node.js passes such a request to the listeners of `upgrade` and
 * stops parsing the connection. Call it after those listeners are registered.
 */
export function ignoreOtherUpgrades(server: Server, socketPath: string): void {
  const listeners = server.listeners('upgrade') as UpgradeListener[];
  server.removeAllListeners('upgrade');
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const isWebSocket = request.headers.upgrade?.toLowerCase() === 'websocket';
    if (isWebSocket && request.url?.startsWith(socketPath))
      for (const listener of listeners) listener.call(server, request, socket, head);
    else parseAgain(server, request, socket, head);
  });
}

/** Returns the request without the offer to the connection and hands the connection to the HTTP server again. */
function parseAgain(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const [name, value] = request.rawHeaders.slice(index, index + 2) as [string, string];
    const kept = name.toLowerCase() === 'connection' ? withoutOffer(value) : value;
    if (!UPGRADE_HEADERS.has(name.toLowerCase()) && kept) lines.push(`${name}: ${kept}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

function withoutOffer(connection: string): string {
  const options = connection.split(',').map((option) => option.trim());
  return options.filter((option) => !UPGRADE_HEADERS.has(option.toLowerCase())).join(', ');
}

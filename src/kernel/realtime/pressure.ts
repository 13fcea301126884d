import type { ChatSocket } from './chat-socket.js';

/** Bytes that may wait for a client which does not read. */
export const MAX_WAITING_BYTES = 1024 * 1024;

interface Packet {
  data?: string | Buffer;
}

/**
 * Lets go of a client that does not read: beyond the limit its connection ends and what waited is dropped. On its next
 * connection it syncs, as after every disconnect. One packet may be larger than the limit when none waits before it.
 */
export function relieve(socket: ChatSocket): void {
  const { conn } = socket;
  let waiting = 0;
  let letGo = false;
  conn.on('flush', () => (waiting = 0));
  conn.on('packetCreate', (packet: Packet) => {
    waiting += packet.data?.length ?? 0;
    if (letGo || !isHeldUp(conn) || waiting <= MAX_WAITING_BYTES) return;
    letGo = true; // the goodbye is a packet too
    socket.disconnect();
    conn.close(true);
    terminate(conn);
  });
}

/** Packets stay in this buffer only while the transport has not sent what it took before. */
function isHeldUp(conn: unknown): boolean {
  return (conn as { writeBuffer: unknown[] }).writeBuffer.length > 0;
}

/** A closing handshake (RFC 6455, 7.1) would wait for the client that does not read. */
function terminate(conn: unknown): void {
  (conn as { transport: { socket?: { terminate?: () => void } } }).transport.socket?.terminate?.();
}

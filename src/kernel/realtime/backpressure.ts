import type { ChatSocket } from './chat-socket.js';

/** Bytes (of ASCII text; the UTF-16 units of any other) that may wait for a client which does not read. */
export const MAX_WAITING_BYTES = 1024 * 1024;

interface Packet {
  data?: string | Buffer;
}

/**
 * Lets go of a client that does not read: beyond the limit its connection ends and what waited is dropped. On its next
 * connection it syncs, as after every disconnect. One packet may be larger than the limit when none waits before it.
 */
export function disconnectSlowConsumer(socket: ChatSocket): void {
  const { conn } = socket;
  let waiting = 0;
  const queued = ({ data }: Packet): void => {
    const heldUp = isHeldUp(conn);
    waiting = (heldUp ? waiting : 0) + (data?.length ?? 0);
    if (!heldUp || waiting <= MAX_WAITING_BYTES) return;
    stop(); // the goodbye is a packet too
    socket.disconnect();
    conn.close(true);
    terminate(conn);
  };
  const stop = (): void => {
    conn.off('packetCreate', queued);
  };
  conn.on('packetCreate', queued);
  socket.once('disconnect', stop);
}

/** Packets stay in this buffer only while the transport has not sent what it took before; then it takes all of them. */
function isHeldUp(conn: unknown): boolean {
  return (conn as { writeBuffer: unknown[] }).writeBuffer.length > 0;
}

/** A closing handshake (RFC 6455, 7.1) would wait for the client that does not read. */
function terminate(conn: unknown): void {
  (conn as { transport: { socket?: { terminate?: () => void } } }).transport.socket?.terminate?.();
}

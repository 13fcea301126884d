import type { ChatSocket } from './chat-socket.js';

/** Limit of the queue of a socket: bytes of ASCII text, UTF-16 units of other text. */
export const MAX_QUEUED_BYTES = 1024 * 1024;

interface Packet {
  data?: string | Buffer;
}

/**
 * Disconnects a slow consumer: a socket with more than the limit queued. The queue is dropped; the client syncs after
 * its next connection. A single packet may exceed the limit when no other is queued.
 */
export function disconnectSlowConsumer(socket: ChatSocket): void {
  const { conn } = socket;
  let queuedBytes = 0;
  const countPacket = ({ data }: Packet): void => {
    const isBlocked = hasQueuedPackets(conn);
    queuedBytes = (isBlocked ? queuedBytes : 0) + (data?.length ?? 0);
    if (!isBlocked || queuedBytes <= MAX_QUEUED_BYTES) return;
    stop(); // the disconnect packet is queued, too
    socket.disconnect();
    conn.close(true);
    terminate(conn);
  };
  const stop = (): void => {
    conn.off('packetCreate', countPacket);
  };
  conn.on('packetCreate', countPacket);
  socket.once('disconnect', stop);
}

/** The buffer holds packets only while the transport is sending the previous ones; then it takes all of them. */
function hasQueuedPackets(conn: unknown): boolean {
  return (conn as { writeBuffer: unknown[] }).writeBuffer.length > 0;
}

/** Ends the connection without the closing handshake (RFC 6455, 7.1), which would wait for the client. */
function terminate(conn: unknown): void {
  (conn as { transport: { socket?: { terminate?: () => void } } }).transport.socket?.terminate?.();
}

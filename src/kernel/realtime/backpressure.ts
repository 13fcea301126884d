import type { ChatSocket } from './chat-socket.js';

/** Limit of the queue of a socket: bytes of ASCII text, UTF-16 units of other text. */
export const MAX_QUEUED_BYTES = 1024 * 1024;
/** Limit of the queues of all sockets of a user. */
export const MAX_QUEUED_BYTES_PER_USER = 4 * MAX_QUEUED_BYTES;

interface Packet {
  data?: string | Buffer;
}

/** Queue of one socket; `bytes` may be outdated once the queue is empty. */
interface SendQueue {
  conn: unknown;
  bytes: number;
}

/** Queues of the connected sockets by user. */
const queuesByUser = new Map<string, Set<SendQueue>>();

/**
 * Disconnects a slow consumer: a socket with more than its limit queued, or with anything queued while the sockets of its
 * user exceed theirs. The queue is dropped; the client syncs after its next connection. A single packet may exceed the
 * limit when no other is queued.
 */
export function disconnectSlowConsumer(socket: ChatSocket): void {
  const { conn } = socket;
  const { userId } = socket.data.session.user;
  const queue: SendQueue = { conn, bytes: 0 };
  const countPacket = ({ data }: Packet): void => {
    const isBlocked = hasQueuedPackets(conn);
    queue.bytes = (isBlocked ? queue.bytes : 0) + (data?.length ?? 0);
    if (!isBlocked || (queue.bytes <= MAX_QUEUED_BYTES && !exceedsUserLimit(userId))) return;
    stop(); // the disconnect packet is queued, too
    socket.disconnect();
    closeConnection(conn);
  };
  const stop = (): void => {
    conn.off('packetCreate', countPacket);
    removeQueue(userId, queue);
  };
  addQueue(userId, queue);
  conn.on('packetCreate', countPacket);
  socket.once('disconnect', stop);
}

/** Ends a connection without the closing handshake (RFC 6455, 7.1), which would wait for the client. */
export function closeConnection(conn: unknown): void {
  const { transport } = conn as { transport: { socket?: { terminate?: () => void } } };
  (conn as { close(discard: boolean): void }).close(true);
  transport.socket?.terminate?.();
}

function addQueue(userId: string, queue: SendQueue): void {
  const queues = queuesByUser.get(userId);
  if (queues) queues.add(queue);
  else queuesByUser.set(userId, new Set([queue]));
}

function removeQueue(userId: string, queue: SendQueue): void {
  const queues = queuesByUser.get(userId);
  queues?.delete(queue);
  if (queues?.size === 0) queuesByUser.delete(userId);
}

/** A user with few sockets cannot exceed the limit, as each socket has its own. */
function exceedsUserLimit(userId: string): boolean {
  const queues = queuesByUser.get(userId);
  if (!queues || queues.size * MAX_QUEUED_BYTES <= MAX_QUEUED_BYTES_PER_USER) return false;
  let total = 0;
  for (const queue of queues) {
    if (!hasQueuedPackets(queue.conn)) queue.bytes = 0;
    total += queue.bytes;
  }
  return total > MAX_QUEUED_BYTES_PER_USER;
}

/** The buffer holds packets only while the transport is sending the previous ones; then it takes all of them. */
function hasQueuedPackets(conn: unknown): boolean {
  return (conn as { writeBuffer: unknown[] }).writeBuffer.length > 0;
}

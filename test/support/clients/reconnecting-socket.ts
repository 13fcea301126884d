import { io, type Socket } from 'socket.io-client';

/** URL of the server and token of the client. */
export interface ClientOptions {
  url: string;
  token: string;
  deviceId?: string;
}

const RECONNECT_DELAY_MS = 50;

/** A socket that reconnects, also after a rejected handshake. */
export function connectReconnecting({ url, token, deviceId }: ClientOptions): Socket {
  const socket = io(url, {
    auth: { token, deviceId },
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: RECONNECT_DELAY_MS,
    reconnectionDelayMax: 4 * RECONNECT_DELAY_MS,
  });
  socket.on('connect_error', () => {
    if (!socket.active) setTimeout(() => socket.connect(), RECONNECT_DELAY_MS);
  });
  return socket;
}

import { io, type Socket } from 'socket.io-client';

/** Where the server is, and who asks. */
export interface Patron {
  url: string;
  token: string;
  deviceId?: string;
}

const SOON_MS = 50;

/** A socket that comes back by itself, also after the server turned it away at the handshake. */
export function reconnecting({ url, token, deviceId }: Patron): Socket {
  const socket = io(url, {
    auth: { token, deviceId },
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: SOON_MS,
    reconnectionDelayMax: 4 * SOON_MS,
  });
  socket.on('connect_error', () => {
    if (!socket.active) setTimeout(() => socket.connect(), SOON_MS);
  });
  return socket;
}

import { Injectable } from '@nestjs/common';
import { deviceRoom } from '../realtime/recipient-resolver.js';
import type { ChatSocket } from '../realtime/chat-socket.js';

/** Identity of a device: device ids are unique per user. */
export interface DeviceRef {
  userId: string;
  deviceId: string;
  /** One socket of the device. Null: any socket of the device. */
  socketId: string | null;
}

/** `isLast`: the device has no other socket on this node. */
type Listener = (device: DeviceRef & { socketId: string }, isLast: boolean) => void;

/** Devices and sockets connected to this node. A device has several sockets in several tabs, or while it reconnects. */
@Injectable()
export class ConnectedDevices {
  private readonly socketCounts = new Map<string, number>();
  private readonly socketIds = new Set<string>();
  private readonly listeners: Listener[] = [];

  /** Registers a listener for the disconnect of a socket. */
  onDisconnected(listener: Listener): void {
    this.listeners.push(listener);
  }

  hasConnections(): boolean {
    return this.socketCounts.size > 0;
  }

  /** Whether the socket is connected; without a socket, whether any socket of the device is. */
  isConnected({ userId, deviceId, socketId }: DeviceRef): boolean {
    return socketId ? this.socketIds.has(socketId) : this.socketCounts.has(deviceRoom(userId, deviceId));
  }

  addSocket(socket: ChatSocket): void {
    const { userId, deviceId } = socket.data.session.user;
    const key = deviceRoom(userId, deviceId!);
    this.socketCounts.set(key, (this.socketCounts.get(key) ?? 0) + 1);
    this.socketIds.add(socket.id);
    socket.once('disconnect', () =>
      this.removeSocket(key, { userId, deviceId: deviceId!, socketId: socket.id }),
    );
  }

  private removeSocket(key: string, device: DeviceRef & { socketId: string }): void {
    const remaining = this.socketCounts.get(key)! - 1;
    if (remaining > 0) this.socketCounts.set(key, remaining);
    else this.socketCounts.delete(key);
    this.socketIds.delete(device.socketId);
    for (const listener of this.listeners) listener(device, remaining === 0);
  }
}

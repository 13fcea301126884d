import { Injectable } from '@nestjs/common';
import { deviceRoom } from '../realtime/recipient-resolver.js';
import type { ChatSocket } from '../realtime/chat-socket.js';

export interface DeviceRef {
  userId: string;
  deviceId: string;
}

type Listener = (device: DeviceRef) => void;

/** The devices that are connected to this node: one may have several sockets, while it comes back. */
@Injectable()
export class DeviceRegistry {
  private readonly sockets = new Map<string, number>();
  private readonly listeners: Listener[] = [];

  /** Does something when the last socket of a device has gone. */
  onDisconnected(listener: Listener): void {
    this.listeners.push(listener);
  }

  hasConnections(): boolean {
    return this.sockets.size > 0;
  }

  isConnected(device: DeviceRef): boolean {
    return this.sockets.has(deviceRoom(device.userId, device.deviceId));
  }

  add(socket: ChatSocket): void {
    const { userId, deviceId } = socket.data.session.user;
    const device = { userId, deviceId: deviceId! };
    const key = deviceRoom(device.userId, device.deviceId);
    this.sockets.set(key, (this.sockets.get(key) ?? 0) + 1);
    socket.once('disconnect', () => this.remove(key, device));
  }

  private remove(key: string, device: DeviceRef): void {
    const left = this.sockets.get(key)! - 1;
    if (left > 0) this.sockets.set(key, left);
    else this.sockets.delete(key);
    if (left === 0) for (const listener of this.listeners) listener(device);
  }
}

import { Injectable } from '@nestjs/common';
import { deviceRoom } from '../realtime/recipient-resolver.js';
import type { ChatSocket } from '../realtime/chat-socket.js';

/** Identity of a device: device ids are unique per user. */
export interface DeviceRef {
  userId: string;
  deviceId: string;
}

type Listener = (device: DeviceRef) => void;

/** Devices connected to this node. A reconnecting device has several sockets for a moment. */
@Injectable()
export class ConnectedDevices {
  private readonly socketCounts = new Map<string, number>();
  private readonly listeners: Listener[] = [];

  /** Registers a listener for the disconnect of the last socket of a device. */
  onDisconnected(listener: Listener): void {
    this.listeners.push(listener);
  }

  hasConnections(): boolean {
    return this.socketCounts.size > 0;
  }

  isConnected(device: DeviceRef): boolean {
    return this.socketCounts.has(deviceRoom(device.userId, device.deviceId));
  }

  addSocket(socket: ChatSocket): void {
    const { userId, deviceId } = socket.data.session.user;
    const device = { userId, deviceId: deviceId! };
    const key = deviceRoom(device.userId, device.deviceId);
    this.socketCounts.set(key, (this.socketCounts.get(key) ?? 0) + 1);
    socket.once('disconnect', () => this.removeSocket(key, device));
  }

  private removeSocket(key: string, device: DeviceRef): void {
    const remaining = this.socketCounts.get(key)! - 1;
    if (remaining > 0) this.socketCounts.set(key, remaining);
    else this.socketCounts.delete(key);
    if (remaining === 0) for (const listener of this.listeners) listener(device);
  }
}

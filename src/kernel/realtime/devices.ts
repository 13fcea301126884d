import { Injectable } from '@nestjs/common';
import { deviceRoom } from './audience.js';
import type { ChatSocket } from './chat-socket.js';

export interface DeviceOf {
  userId: string;
  deviceId: string;
}

type Listener = (device: DeviceOf) => void;

/** The devices that are connected to this node: one may have several sockets, while it comes back. */
@Injectable()
export class Devices {
  private readonly sockets = new Map<string, number>();
  private readonly listeners: Listener[] = [];

  /** Does something when the last socket of a device has gone. */
  onGone(listener: Listener): void {
    this.listeners.push(listener);
  }

  isAnyHere(): boolean {
    return this.sockets.size > 0;
  }

  isHere(device: DeviceOf): boolean {
    return this.sockets.has(deviceRoom(device.userId, device.deviceId));
  }

  add(socket: ChatSocket): void {
    const { userId, deviceId } = socket.data.session.caller;
    const device = { userId, deviceId: deviceId! };
    const key = deviceRoom(device.userId, device.deviceId);
    this.sockets.set(key, (this.sockets.get(key) ?? 0) + 1);
    socket.once('disconnect', () => this.remove(key, device));
  }

  private remove(key: string, device: DeviceOf): void {
    const left = this.sockets.get(key)! - 1;
    if (left > 0) this.sockets.set(key, left);
    else this.sockets.delete(key);
    if (left === 0) for (const listener of this.listeners) listener(device);
  }
}

import { Injectable } from '@nestjs/common';
import { rateLimited } from '../../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import type { DeviceRef } from '../../../kernel/identity/connected-devices.js';
import { deviceRoom, toDevice } from '../../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import { callEnded, notInCall, peerNotInCall, wrongTopology } from '../calls.errors.js';
import type { SendSignalDto, SignalSentDto } from './dto/signal.dto.js';
import { SignalingRateLimiter } from './rate-limiter.js';
import { signalReceived } from './signaling.contract.js';
import { SignalingRepository } from './signaling.repository.js';

const SIGNAL_LIFETIME_MS = 15_000;

/** Relays signals between the sockets in a call, at most once. Signals are neither stored nor logged. */
@Injectable()
export class SignalingService {
  private readonly rateLimiter = new SignalingRateLimiter();

  constructor(
    private readonly repository: SignalingRepository,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
  ) {}

  async sendSignal(
    user: AuthUser,
    { callId, toUserId, toDeviceId, signal }: SendSignalDto,
  ): Promise<SignalSentDto> {
    this.enforceRateLimit(user);
    const peer = await this.requirePeer(user, callId, toUserId, toDeviceId);
    const expiresAt = new Date(Date.now() + SIGNAL_LIFETIME_MS).toISOString();
    this.publisher.publish(
      signalReceived,
      { callId, fromUserId: user.userId, fromDeviceId: user.deviceId!, signal, expiresAt },
      toDevice(peer),
    );
    return { callId, toUserId, toDeviceId: peer.deviceId, expiresAt };
  }

  /** Limit per device. A device is in one call at most, so the call is not part of the key. */
  private enforceRateLimit({ userId, deviceId }: AuthUser): void {
    const retryAfterMs = this.rateLimiter.consume(deviceRoom(userId, deviceId!));
    if (retryAfterMs > 0) throw rateLimited({ retryAfterMs });
  }

  /** Requires that both users have joined and are active. Returns the socket or device of the recipient. */
  private async requirePeer(
    user: AuthUser,
    callId: string,
    toUserId: string,
    toDeviceId: string | undefined,
  ): Promise<DeviceRef> {
    const found = await this.repository.findRoute(callId, user, { userId: toUserId, deviceId: toDeviceId });
    const route = this.access.requireMembershipContext(found);
    if (route.state === 'ended') throw callEnded();
    if (route.topology !== 'mesh')
      throw wrongTopology('The topology of the call is sfu: use call.issue_token.');
    if (!route.is_joined) throw notInCall();
    if (route.peer_device_id === null) throw peerNotInCall();
    this.access.requireNoContactRestriction(route.contact_restriction); // last: a call that reaches no callee looks like a ringing one
    return { userId: toUserId, deviceId: route.peer_device_id, socketId: route.peer_socket_id };
  }
}

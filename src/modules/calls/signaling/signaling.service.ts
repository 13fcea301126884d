import { Injectable } from '@nestjs/common';
import { rateLimited } from '../../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { deviceRoom, toDevice } from '../../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import { callEnded, notInCall, wrongTopology } from '../calls.errors.js';
import type { SendSignalDto, SignalSentDto } from './dto/signal.dto.js';
import { SignalingRateLimiter } from './rate-limiter.js';
import { signalReceived } from './signaling.contract.js';
import { peerNotInCall } from './signaling.errors.js';
import { SignalingRepository } from './signaling.repository.js';

const WORTH_MS = 15_000;

/** Hands signals from one device to another while both are in the call: at most once, stored and logged nowhere. */
@Injectable()
export class SignalingService {
  private readonly rate = new SignalingRateLimiter();

  constructor(
    private readonly paths: SignalingRepository,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
  ) {}

  async send(
    user: AuthUser,
    { callId, toUserId, toDeviceId, signal }: SendSignalDto,
  ): Promise<SignalSentDto> {
    this.enforceRateLimit(user);
    const to = { callId, toUserId, toDeviceId: await this.requirePath(user, callId, toUserId, toDeviceId) };
    const expiresAt = new Date(Date.now() + WORTH_MS).toISOString();
    this.publisher.publish(
      signalReceived,
      { callId, fromUserId: user.userId, fromDeviceId: user.deviceId!, signal, expiresAt },
      toDevice(toUserId, to.toDeviceId),
    );
    return { ...to, expiresAt };
  }

  /** Of a device, which is in one call at most: so a made-up call does not give it more. */
  private enforceRateLimit({ userId, deviceId }: AuthUser): void {
    const retryAfterMs = this.rate.consume(deviceRoom(userId, deviceId!));
    if (retryAfterMs > 0) throw rateLimited(undefined, { retryAfterMs });
  }

  /** Both have agreed to be in it. Answers with the device of the other. */
  private async requirePath(
    user: AuthUser,
    callId: string,
    toUserId: string,
    toDeviceId: string | undefined,
  ): Promise<string> {
    const found = await this.paths.findRoute(callId, user, { userId: toUserId, deviceId: toDeviceId });
    const path = this.access.requireMembershipContext(found);
    if (path.state === 'ended') throw callEnded();
    if (path.topology !== 'mesh')
      throw wrongTopology('This call goes through the media server: ask for call.token.');
    if (!path.is_joined) throw notInCall();
    if (path.peer_device_id === null) throw peerNotInCall();
    this.access.requireNoContactRestriction(path.contact_restriction); // last: a call that reaches nobody is like one that rings
    return path.peer_device_id;
  }
}

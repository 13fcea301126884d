import { Injectable } from '@nestjs/common';
import { rateLimited } from '../../../kernel/errors/base.errors.js';
import type { Caller } from '../../../kernel/identity/caller.js';
import { deviceRoom, toDevice } from '../../../kernel/realtime/audience.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import { callEnded, notInCall, wrongMedia } from '../calls.errors.js';
import type { SendSignalDto, SignalSentDto } from './dto/signal.dto.js';
import { SignalRate } from './signal-rate.js';
import { signalReceived } from './signals.contract.js';
import { peerNotInCall } from './signals.errors.js';
import { SignalsRepository } from './signals.repository.js';

const WORTH_MS = 15_000;

/** Hands signals from one device to another while both are in the call: at most once, stored and logged nowhere. */
@Injectable()
export class SignalsService {
  private readonly rate = new SignalRate();

  constructor(
    private readonly paths: SignalsRepository,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
  ) {}

  async send(
    caller: Caller,
    { callId, toUserId, toDeviceId, signal }: SendSignalDto,
  ): Promise<SignalSentDto> {
    this.requireCalm(caller);
    const to = { callId, toUserId, toDeviceId: await this.requirePath(caller, callId, toUserId, toDeviceId) };
    const expiresAt = new Date(Date.now() + WORTH_MS).toISOString();
    this.publisher.publish(
      signalReceived,
      { callId, fromUserId: caller.userId, fromDeviceId: caller.deviceId!, signal, expiresAt },
      toDevice(toUserId, to.toDeviceId),
    );
    return { ...to, expiresAt };
  }

  /** Of a device, which is in one call at most: so a made-up call does not give it more. */
  private requireCalm({ userId, deviceId }: Caller): void {
    const retryAfterMs = this.rate.take(deviceRoom(userId, deviceId!));
    if (retryAfterMs > 0) throw rateLimited(undefined, { retryAfterMs });
  }

  /** Both have agreed to be in it. Answers with the device of the other. */
  private async requirePath(
    caller: Caller,
    callId: string,
    toUserId: string,
    toDeviceId: string | undefined,
  ): Promise<string> {
    const found = await this.paths.findPath(callId, caller, { userId: toUserId, deviceId: toDeviceId });
    const path = this.access.requireStanding(found);
    if (path.state === 'ended') throw callEnded();
    if (path.media !== 'mesh')
      throw wrongMedia('This call goes through the media server: ask for call.token.');
    if (!path.is_joined) throw notInCall();
    if (path.peer_device_id === null) throw peerNotInCall();
    this.access.requireNoBarrier(path.barrier); // last: a call that reaches nobody is like one that rings
    return path.peer_device_id;
  }
}

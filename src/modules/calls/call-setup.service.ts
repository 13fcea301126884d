import { Injectable } from '@nestjs/common';
import { isViolationOf } from '../../kernel/database/sql-state.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import type { DeviceRef } from '../../kernel/identity/connected-devices.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { unavailable } from '../blocks/blocks.errors.js';
import { CallCreationService } from './call-creation.service.js';
import { applyTimeouts, expireRinging, findParticipant, joinCall } from './call-state-machine.js';
import { CallTransitionsService } from './call-transitions.service.js';
import { answeredElsewhere, callEnded, callsNotSupported, inAnotherCall } from './calls.errors.js';
import { CallsRepository, type LockedCall } from './calls.repository.js';
import { DeviceLeaseRenewer } from './device-lease-renewer.js';
import { CallDto, type AcceptCallDto, type ParticipantRow, type StartCallDto } from './dto/call.dto.js';
const TYPES_WITH_CALLS = new Set(['dm', 'group']);

/** Call setup: start, answer and join. A start in a conversation with a live call joins that call. */
@Injectable()
export class CallSetupService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly transitions: CallTransitionsService,
    private readonly leaseRenewer: DeviceLeaseRenewer,
    private readonly creation: CallCreationService,
  ) {}

  startCall(
    user: AuthUser,
    { conversationId, type, deviceId, clientId, takeOver }: StartCallDto,
  ): Promise<CallDto> {
    const device = resolveDevice(user, deviceId);
    return this.runJoin(device, async () => {
      const context = await this.access.lockAndAuthorize(user, conversationId, 'call.start');
      if (!TYPES_WITH_CALLS.has(context.type)) throw callsNotSupported();
      const existing =
        clientId === undefined ? null : await this.calls.findCallByClientId(user.userId, clientId);
      if (existing && existing.call.conversation_id !== conversationId) throw clientIdReused();
      if (existing) return CallDto.from(existing.call);
      const { contact_restriction: contactRestriction = null } = context;
      if (contactRestriction !== unavailable.code)
        this.access.requireNoContactRestriction(contactRestriction);
      const isUnreachable = contactRestriction !== null;
      const live = await this.findJoinableCall(user, conversationId, { isUnreachable });
      if (live?.call.message_id) this.access.requireNoContactRestriction(contactRestriction);
      const isDm = context.type === 'dm';
      const call = live
        ? await this.joinCall(live, device, takeOver)
        : await this.creation.createCall(device, { conversationId, type, isDm, isUnreachable });
      if (clientId !== undefined && !(await this.calls.insertIdempotencyKey(user.userId, clientId, call.id)))
        throw clientIdReused();
      return call;
    });
  }

  acceptCall(user: AuthUser, { callId, deviceId, takeOver }: AcceptCallDto): Promise<CallDto> {
    const device = resolveDevice(user, deviceId);
    return this.runJoin(device, async () => {
      const { contactRestriction = null, ...locked } = await this.transitions.lockCall(
        user,
        callId,
        () => 'call.join',
      );
      if (locked.call.message_id) this.access.requireNoContactRestriction(contactRestriction);
      if (locked.call.state === 'ended') throw callEnded();
      return this.joinCall(locked, device, takeOver);
    });
  }

  /** A unique index keeps a user out of two calls, also in concurrent transactions. */
  private async runJoin(device: DeviceRef, work: () => Promise<CallDto>): Promise<CallDto> {
    try {
      const call = await this.unitOfWork.run(work);
      this.leaseRenewer.track(device);
      return call;
    } catch (error) {
      throw isViolationOf(error, 'call_participants_joined_key') ? inAnotherCall() : error;
    }
  }

  /**
   * Live call of the conversation after its timeouts. A call that reaches no callee ends when another user starts a call,
   * or when its caller can reach the callee again.
   */
  private async findJoinableCall(
    { userId }: AuthUser,
    conversationId: string,
    { isUnreachable }: { isUnreachable: boolean },
  ): Promise<LockedCall | null> {
    const live = await this.calls.findLiveCall(conversationId);
    if (!live) return null;
    const { call, now } = live;
    const isSuperseded = call.message_id === null && !(isUnreachable && call.created_by === userId);
    const ringOnly = this.leaseRenewer.findOutageEnd(now) !== null;
    const after = isSuperseded ? expireRinging(call, now) : applyTimeouts(call, now, { ringOnly });
    await this.transitions.applyTransition(call, after, null);
    if (after.state === 'ended') return null;
    return after === call ? live : this.calls.findLiveCall(conversationId);
  }

  private async joinCall({ call, now }: LockedCall, device: DeviceRef, takeOver = false): Promise<CallDto> {
    const { userId } = device;
    const participant = findParticipant(call, userId);
    const holder = { ...device, socketId: device.socketId ?? findHeldSocket(participant, device) };
    const after = joinCall(call, this.leaseRenewer.toPresence(holder, now));
    if (participant?.state === 'joined') {
      const isHeldElsewhere = this.leaseRenewer.isHeldElsewhere(participant, device);
      if (isHeldElsewhere && !takeOver) throw answeredElsewhere();
      await this.calls.upsertParticipants(call.id, [findParticipant(after, userId)!]); // no visible change
      if (isHeldElsewhere) this.transitions.publishMoved(call.id, participant, device);
      return CallDto.from(call);
    }
    if (await this.calls.hasJoinedCall(userId)) throw inAnotherCall();
    this.creation.requireMeshCapacity(call);
    return this.transitions.applyTransition(call, after, userId);
  }
}

/** Socket of the same device that holds the place: a repeated join over REST leaves the place to it. */
function findHeldSocket(participant: ParticipantRow | undefined, { deviceId }: DeviceRef): string | null {
  if (!participant || participant.device_id !== deviceId || participant.disconnected_at) return null;
  return participant.socket_id;
}

/** Device of the input, else of the socket. The socket belongs to it unless the input names another device. */
function resolveDevice(
  { userId, deviceId: socketDeviceId, socketId }: AuthUser,
  requested: string | undefined,
): DeviceRef {
  const deviceId = requested ?? socketDeviceId;
  if (deviceId === undefined) throw validationError([{ field: 'deviceId', code: 'required' }]);
  return { userId, deviceId, socketId: deviceId === socketDeviceId ? (socketId ?? null) : null };
}

import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { v7 as newId } from 'uuid';
import { isViolationOf } from '../../kernel/database/sql-state.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import type { DeviceRef } from '../../kernel/identity/device-registry.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { clientIdReused } from '../conversations/conversations.errors.js';
import { MessagesService } from '../messages/messages.service.js';
import type { CallTopology, ParticipantState } from '../messages/dto/call-state.dto.js';
import { unavailable } from '../blocks/blocks.errors.js';
import { answeredElsewhere, callEnded, callFull, inAnotherCall, callsNotSupported } from './calls.errors.js';
import { CallsRepository, type Callee, type LockedCall } from './calls.repository.js';
import {
  invitedParticipant,
  join,
  applyTimeouts,
  participantIn,
  joinedParticipant,
  expireRinging,
  settle,
  type Presence,
} from './call-state-machine.js';
import type { AcceptCallDto, StartCallDto } from './dto/start-call.dto.js';
import { CallDto, stateOf, type WholeCall } from './dto/call.dto.js';
import { DeviceLeasesService } from './device-leases.service.js';
import { CallTransitionsService } from './call-transitions.service.js';

const WITH_CALLS = new Set(['dm', 'group']);

/** How people come into calls: they start one, meet one, or answer one. */
@Injectable()
export class CallJoinService {
  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly messages: MessagesService,
    private readonly steps: CallTransitionsService,
    private readonly leases: DeviceLeasesService,
  ) {}

  start(user: AuthUser, { conversationId, type, deviceId, clientId }: StartCallDto): Promise<CallDto> {
    const entrant = deviceOf(user, deviceId);
    return this.comingIn(entrant, async () => {
      const context = await this.access.lockAndAuthorize(user, conversationId, 'call.start');
      if (!WITH_CALLS.has(context.type)) throw callsNotSupported();
      const first = clientId === undefined ? null : await this.calls.findByClientId(user.userId, clientId);
      if (first && first.call.conversation_id !== conversationId) throw clientIdReused();
      if (first) return CallDto.from(first.call);
      const { contact_restriction: contactRestriction = null } = context;
      if (contactRestriction !== unavailable.code)
        this.access.requireNoContactRestriction(contactRestriction);
      const isUnheard = contactRestriction !== null;
      const live = await this.findLive(user, conversationId, { isUnheard });
      if (live?.call.message_id) this.access.requireNoContactRestriction(contactRestriction);
      const call = live
        ? await this.enter(live, entrant)
        : await this.begin(entrant, { conversationId, type, isDm: context.type === 'dm', isUnheard });
      if (clientId !== undefined && !(await this.calls.nameStart(user.userId, clientId, call.id)))
        throw clientIdReused();
      return call;
    });
  }

  accept(user: AuthUser, { callId, deviceId }: AcceptCallDto): Promise<CallDto> {
    const entrant = deviceOf(user, deviceId);
    return this.comingIn(entrant, async () => {
      const { contactRestriction = null, ...locked } = await this.steps.lock(user, callId, () => 'call.join');
      if (locked.call.message_id) this.access.requireNoContactRestriction(contactRestriction);
      if (locked.call.state === 'ended') throw callEnded();
      return this.enter(locked, entrant);
    });
  }

  /** The database lets nobody be in two calls, even if two transactions begin at once. */
  private async comingIn(entrant: DeviceRef, work: () => Promise<CallDto>): Promise<CallDto> {
    try {
      const call = await this.unitOfWork.run(work);
      this.leases.track(entrant);
      return call;
    } catch (error) {
      throw isViolationOf(error, 'call_participants_joined_key') ? inAnotherCall() : error;
    }
  }

  /** One that is over makes way, should nobody have looked yet; and one that reaches nobody, unless mine still does not. */
  private async findLive(
    { userId }: AuthUser,
    conversationId: string,
    { isUnheard }: { isUnheard: boolean },
  ): Promise<LockedCall | null> {
    const live = await this.calls.findLive(conversationId);
    if (!live) return null;
    const { call, now } = live;
    const makesWay = call.message_id === null && !(isUnheard && call.created_by === userId);
    const after = makesWay ? expireRinging(call, now) : applyTimeouts(call, now);
    await this.steps.apply(call, after, null);
    if (after.state === 'ended') return null;
    return after === call ? live : this.calls.findLive(conversationId);
  }

  private async enter({ call, now }: LockedCall, entrant: DeviceRef): Promise<CallDto> {
    const { userId, deviceId } = entrant;
    const mine = participantIn(call, userId);
    const isIn = mine?.state === 'joined';
    if (isIn && mine.device_id !== deviceId && !mine.disconnected_at) throw answeredElsewhere();
    const after = join(call, this.presence(entrant, now));
    if (isIn) {
      await this.calls.writeParticipants(call.id, [participantIn(after, userId)!]); // nobody else is concerned
      return CallDto.from(call);
    }
    if (await this.calls.isInAnother(userId)) throw inAnotherCall();
    const { callMeshMax } = this.config;
    const inIt = call.participants.filter(({ state }) => state === 'joined').length;
    if (call.topology === 'mesh' && inIt >= callMeshMax) throw callFull();
    return this.steps.apply(call, after, userId);
  }

  /** `isUnheard`: its callee blocks the caller or is inactive, which is not to be told apart: it rings for the caller alone. */
  private async begin(
    entrant: DeviceRef,
    about: { conversationId: string; type: WholeCall['type']; isDm: boolean; isUnheard: boolean },
  ): Promise<CallDto> {
    const { conversationId, type, isDm, isUnheard } = about;
    const { userId } = entrant;
    if (await this.calls.isInAnother(userId)) throw inAnotherCall();
    const { callRingMaxMembers, callRingSeconds } = this.config;
    const callees = (await this.calls.callees(conversationId, userId, callRingMaxMembers)) ?? [];
    const now = await this.calls.now();
    const asked = callees.map((callee) => invitedParticipant(callee.user_id, stateOfCallee(callee)));
    const unreachable = callees.filter(({ is_reachable }) => !is_reachable).map(({ user_id }) => user_id);
    const call = settle(
      {
        id: newId(),
        conversation_id: conversationId,
        message_id: isUnheard ? null : newId(),
        type,
        topology: await this.topologyOf(conversationId),
        state: 'ringing',
        created_by: userId,
        revision: 1,
        ring_expires_at: later(now, callRingSeconds),
        started_at: null,
        ended_at: null,
        end_reason: null,
        is_dm: isDm,
        participants: [joinedParticipant(this.presence(entrant, now)), ...asked],
      },
      now,
    );
    if (call.message_id)
      await this.messages.append({
        id: call.message_id,
        conversationId,
        senderId: userId,
        type: 'call',
        payload: stateOf(call),
      });
    return this.steps.start(call, { unreachable });
  }

  /** Through the media server, if there is one, where more could come than may connect to each other. */
  private async topologyOf(conversationId: string): Promise<CallTopology> {
    const { livekitUrl, callMeshMax } = this.config;
    if (!livekitUrl) return 'mesh';
    return (await this.calls.hasMembersUpTo(conversationId, callMeshMax)) ? 'mesh' : 'sfu';
  }

  private presence(entrant: DeviceRef, now: Date): Presence {
    return { ...entrant, now, leaseExpiresAt: later(now, this.config.callLeaseSeconds) };
  }
}

function deviceOf({ userId, deviceId: own }: AuthUser, asked: string | undefined): DeviceRef {
  const deviceId = asked ?? own;
  if (deviceId === undefined) throw validationError([{ field: 'deviceId', code: 'required' }]);
  return { userId, deviceId };
}

/** Who blocks the caller, or is inactive, looks like who does not answer: nobody can tell. */
function stateOfCallee({ is_reachable, is_busy }: Callee): ParticipantState {
  return is_reachable && is_busy ? 'busy' : 'ringing';
}

function later(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1_000);
}

import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { Config } from '../../kernel/config/config.js';
import type { DeviceRef } from '../../kernel/identity/connected-devices.js';
import { ConversationQueryService } from '../conversations/conversation-query.service.js';
import type { CallTopology, ParticipantState } from '../messages/dto/call-state.dto.js';
import { MessageWriter } from '../messages/messages.writer.js';
import { callFull, callsNotSupported, inAnotherCall } from './calls.errors.js';
import { CallsRepository, type Callee } from './calls.repository.js';
import { invitedParticipant, joinedParticipant, resolveCallState } from './call-state-machine.js';
import { CallTransitionsService } from './call-transitions.service.js';
import { DeviceLeaseRenewer } from './device-lease-renewer.js';
import { toCallState, type CallDto, type CallWithParticipants } from './dto/call.dto.js';

/** Conversation of a new call. */
export interface NewCall {
  conversationId: string;
  type: CallWithParticipants['type'];
  isDm: boolean;
  /** The callee of a DM blocks the caller or is inactive. Both look like a missed answer: the call rings for the caller only. */
  isUnreachable: boolean;
}

/** New calls: callees, topology and call message. */
@Injectable()
export class CallCreationService {
  constructor(
    private readonly config: Config,
    private readonly calls: CallsRepository,
    private readonly conversationQuery: ConversationQueryService,
    private readonly messageWriter: MessageWriter,
    private readonly transitions: CallTransitionsService,
    private readonly leaseRenewer: DeviceLeaseRenewer,
  ) {}

  /** Runs inside a unit of work that holds the conversation lock. */
  async createCall(device: DeviceRef, newCall: NewCall): Promise<CallDto> {
    const { conversationId, type, isDm, isUnreachable } = newCall;
    const { userId } = device;
    if (await this.calls.hasJoinedCall(userId)) throw inAnotherCall();
    const { callRingMaxMembers, callRingSeconds } = this.config;
    const callees = (await this.calls.listCallees(conversationId, userId, callRingMaxMembers)) ?? [];
    if (isDm && callees.length === 0) throw callsNotSupported(); // notes to oneself
    const now = await this.calls.readClock();
    const invited = callees.map((callee) =>
      invitedParticipant(callee.user_id, initialState(callee, { isDm })),
    );
    const call = resolveCallState(
      {
        id: newId(),
        conversation_id: conversationId,
        message_id: isUnreachable ? null : newId(),
        type,
        topology: await this.chooseTopology(conversationId),
        state: 'ringing',
        created_by: userId,
        revision: 1,
        ring_expires_at: new Date(now.getTime() + callRingSeconds * 1_000),
        started_at: null,
        ended_at: null,
        end_reason: null,
        is_dm: isDm,
        participants: [joinedParticipant(this.leaseRenewer.toPresence(device, now)), ...invited],
      },
      now,
    );
    if (call.message_id)
      await this.messageWriter.append({
        id: call.message_id,
        conversationId,
        senderId: userId,
        type: 'call',
        payload: toCallState(call),
      });
    return this.transitions.beginCall(call);
  }

  /** Throws call_full when a mesh call has the maximum number of participants. */
  requireMeshCapacity(call: CallWithParticipants): void {
    const joinedCount = call.participants.filter(({ state }) => state === 'joined').length;
    if (call.topology === 'mesh' && joinedCount >= this.config.callMeshMax) throw callFull();
  }

  /** sfu when a media server is configured and the conversation has more members than a mesh call allows. */
  private async chooseTopology(conversationId: string): Promise<CallTopology> {
    const { livekitUrl, callMeshMax } = this.config;
    if (!livekitUrl) return 'mesh';
    return (await this.conversationQuery.hasAtMostMembers(conversationId, callMeshMax)) ? 'mesh' : 'sfu';
  }
}

/**
 * An unreachable callee of a DM seems to ring to the caller, who alone sees the call. In a group it is invited and does not
 * ring, because all members read the same state.
 */
function initialState({ is_reachable, is_busy }: Callee, { isDm }: { isDm: boolean }): ParticipantState {
  if (!is_reachable) return isDm ? 'ringing' : 'invited';
  return is_busy ? 'busy' : 'ringing';
}

import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import type { DeviceRef } from '../../kernel/identity/connected-devices.js';
import { toDevice, toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { ConversationQueryService } from '../conversations/conversation-query.service.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { Action } from '../conversations/conversations.permissions.js';
import { MessagePayloadService } from '../messages/message-payload.service.js';
import { callMoved, callRing, callUpdated } from './calls.contract.js';
import { CallsRepository, type LockedCall } from './calls.repository.js';
import {
  CallDto,
  holderOf,
  toCallState,
  type CallWithParticipants,
  type ParticipantRow,
} from './dto/call.dto.js';
import { CallTimeoutsScheduler } from './call-timeouts.scheduler.js';

/** Milliseconds in which a client acts on call.moved. */
const MOVED_LIFETIME_MS = 15_000;

/** Transitions of calls: locked, stored and published. */
@Injectable()
export class CallTransitionsService {
  constructor(
    private readonly calls: CallsRepository,
    private readonly conversationQuery: ConversationQueryService,
    private readonly access: ConversationsAccess,
    private readonly payloads: MessagePayloadService,
    private readonly timeouts: CallTimeoutsScheduler,
    private readonly publisher: Publisher,
  ) {}

  /** Locks the conversation, then reads the call. A call that reaches no callee exists for its caller only, a hidden one not for the user that hid it. */
  async lockCall(
    user: AuthUser,
    callId: string,
    actionFor: (call: CallWithParticipants) => Action,
  ): Promise<LockedCall & { contactRestriction?: string | null }> {
    const existing = await this.calls.findCallForUser(user.userId, callId);
    if (!existing || !isVisibleTo(existing.call, user.userId)) throw notFound();
    const { conversation_id } = existing.call;
    const { contact_restriction: contactRestriction } = await this.access.lockAndAuthorize(
      user,
      conversation_id,
      actionFor(existing.call),
    );
    const locked = await this.calls.findCall(callId);
    if (!locked) throw notFound();
    return { ...locked, contactRestriction };
  }

  /** Stores a new call and rings its callees. A call that reaches no callee rings for its caller only. */
  async beginCall(call: CallWithParticipants): Promise<CallDto> {
    await this.calls.insertCall(call);
    await this.timeouts.schedule(call);
    const started = CallDto.from(call);
    const ringingIds = call.participants
      .filter(({ state }) => state === 'ringing' && call.message_id !== null)
      .map(({ user_id }) => user_id);
    this.publisher.publish(callRing, started, toUsers(...ringingIds));
    this.publisher.publish(callUpdated, started, toUsers(call.created_by));
    return started;
  }

  /** Stores and publishes a transition. actorId: null for a timeout or a lost connection. */
  async applyTransition(
    before: CallWithParticipants,
    after: CallWithParticipants,
    actorId: string | null,
  ): Promise<CallDto> {
    if (after === before) return CallDto.from(before);
    const call = await this.calls.updateCall(before, after);
    const { message_id: id, conversation_id } = call;
    if (id) await this.payloads.updatePayload({ id, conversation_id }, toCallState(call), actorId);
    const updated = CallDto.from(call);
    this.publisher.publish(callUpdated, updated, toUsers(...(await this.listRecipientIds(call))));
    return updated;
  }

  /** Stores and publishes the end of a call whose conversation is deleted with its messages. */
  async endWithConversation(before: CallWithParticipants, after: CallWithParticipants): Promise<void> {
    const recipientIds = await this.listRecipientIds(before);
    const ended = CallDto.from(await this.calls.updateCall(before, after));
    this.publisher.publish(callUpdated, ended, toUsers(...recipientIds));
  }

  /** Reports to the former holder of a place in a call that another socket or device has taken it over. */
  publishMoved(callId: string, before: ParticipantRow, { deviceId }: DeviceRef): void {
    const expiresAt = new Date(Date.now() + MOVED_LIFETIME_MS).toISOString();
    this.publisher.publish(callMoved, { callId, deviceId, expiresAt }, toDevice(holderOf(before)));
  }

  private listRecipientIds({
    conversation_id,
    message_id,
    created_by,
    participants,
  }: CallWithParticipants): Promise<string[]> {
    const userIds = message_id ? participants.map(({ user_id }) => user_id) : [created_by];
    return this.conversationQuery.filterMembers(conversation_id, userIds);
  }
}

/** Whether the call exists for the user: it reaches its callees, or the user started it. */
export function isVisibleTo({ message_id, created_by }: CallWithParticipants, userId: string): boolean {
  return message_id !== null || created_by === userId;
}

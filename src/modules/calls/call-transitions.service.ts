import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { ConversationQueryService } from '../conversations/conversation-query.service.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { Action } from '../conversations/conversations.permissions.js';
import { MessagePayloadService } from '../messages/message-payload.service.js';
import { callRing, callUpdated } from './calls.contract.js';
import { CallsRepository, type LockedCall } from './calls.repository.js';
import { withState } from './call-state-machine.js';
import { CallDto, toCallState, type CallWithParticipants } from './dto/call.dto.js';
import { CallTimeoutsScheduler } from './call-timeouts.scheduler.js';

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

  /** Locks the conversation, then reads the call. A call that reaches no callee exists for its caller only. */
  async lockCall(
    user: AuthUser,
    callId: string,
    actionFor: (call: CallWithParticipants) => Action,
  ): Promise<LockedCall & { contactRestriction?: string | null }> {
    const existing = await this.calls.findCall(callId);
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

  /** Stores a new call and rings its reachable callees. */
  async beginCall(
    call: CallWithParticipants,
    { unreachable }: { unreachable: readonly string[] },
  ): Promise<CallDto> {
    await this.calls.insertCall(call);
    await this.timeouts.schedule(call);
    const started = CallDto.from(call);
    const ringingIds = call.participants
      .filter(({ state }) => state === 'ringing')
      .map(({ user_id }) => user_id);
    const recipientIds = ringingIds.filter((userId) => !unreachable.includes(userId));
    this.publisher.publish(callRing, started, toUsers(...recipientIds));
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

  /** Ends the ringing of one user. Other participants receive nothing. */
  stopRinging(call: CallWithParticipants, userId: string): void {
    if (!isVisibleTo(call, userId)) return;
    const stopped = CallDto.from(withState(call, userId, 'missed'));
    this.publisher.publish(callUpdated, stopped, toUsers(userId));
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

import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { Action } from '../conversations/conversations.permissions.js';
import { MessagePayloadService } from '../messages/message-payload.service.js';
import { callRing, callUpdated } from './calls.contract.js';
import { CallsRepository, type LockedCall } from './calls.repository.js';
import { withState } from './call-state-machine.js';
import { CallDto, stateOf, type WholeCall } from './dto/call.dto.js';
import { CallTimeoutsScheduler } from './call-timeouts.scheduler.js';

/** One step of a call: taken under the lock of its conversation, kept, and told to whom it concerns. */
@Injectable()
export class CallTransitionsService {
  constructor(
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly states: MessagePayloadService,
    private readonly watch: CallTimeoutsScheduler,
    private readonly publisher: Publisher,
  ) {}

  /** The call as it is once nobody else changes it. One that reaches nobody is there for its caller alone. */
  async lock(
    user: AuthUser,
    callId: string,
    actionFor: (call: WholeCall) => Action,
  ): Promise<LockedCall & { contactRestriction?: string | null }> {
    const known = await this.calls.find(callId);
    if (!known || !isThereFor(known.call, user.userId)) throw notFound();
    const { conversation_id } = known.call;
    const { contact_restriction: contactRestriction } = await this.access.lockAndAuthorize(
      user,
      conversation_id,
      actionFor(known.call),
    );
    const locked = await this.calls.find(callId);
    if (!locked) throw notFound();
    return { ...locked, contactRestriction };
  }

  /** A new one: those who are rung hear of it, unless they cannot be reached. */
  async start(call: WholeCall, { unreachable }: { unreachable: readonly string[] }): Promise<CallDto> {
    await this.calls.insert(call);
    await this.watch.schedule(call);
    const begun = CallDto.from(call);
    const rung = call.participants.filter(({ state }) => state === 'ringing').map(({ user_id }) => user_id);
    const hearers = rung.filter((userId) => !unreachable.includes(userId));
    this.publisher.publish(callRing, begun, toUsers(...hearers));
    this.publisher.publish(callUpdated, begun, toUsers(call.created_by));
    return begun;
  }

  /** `by`: who did it; null: time, or a connection that was lost. */
  async apply(before: WholeCall, after: WholeCall, by: string | null): Promise<CallDto> {
    if (after === before) return CallDto.from(before);
    const call = await this.calls.step(before, after);
    const { message_id: id, conversation_id } = call;
    if (id) await this.states.updatePayload({ id, conversation_id }, stateOf(call), by);
    const taken = CallDto.from(call);
    this.publisher.publish(callUpdated, taken, toUsers(...(await this.listRecipientIds(call))));
    return taken;
  }

  /** It rings no more for this person; the others are told nothing of that. */
  stopRinging(call: WholeCall, userId: string): void {
    if (!isThereFor(call, userId)) return;
    const hushed = CallDto.from(withState(call, userId, 'missed'));
    this.publisher.publish(callUpdated, hushed, toUsers(userId));
  }

  private listRecipientIds({
    conversation_id,
    message_id,
    created_by,
    participants,
  }: WholeCall): Promise<string[]> {
    const concerned = message_id ? participants.map(({ user_id }) => user_id) : [created_by];
    return this.calls.membersAmong(conversation_id, concerned);
  }
}

export function isThereFor({ message_id, created_by }: WholeCall, userId: string): boolean {
  return message_id !== null || created_by === userId;
}

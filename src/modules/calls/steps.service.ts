import { Injectable } from '@nestjs/common';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { toUsers } from '../../kernel/realtime/audience.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import type { Action } from '../conversations/conversations.permissions.js';
import { StatesService } from '../messages/states.service.js';
import { callRing, callUpdated } from './calls.contract.js';
import { CallsRepository, type LockedCall } from './calls.repository.js';
import { CallDto, stateOf, type WholeCall } from './dto/call.dto.js';
import { WatchService } from './watch.service.js';

/** One step of a call: taken under the lock of its conversation, kept, and told to whom it concerns. */
@Injectable()
export class StepsService {
  constructor(
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly states: StatesService,
    private readonly watch: WatchService,
    private readonly publisher: Publisher,
  ) {}

  /** The call as it is once nobody else changes it. One that reaches nobody is there for its caller alone. */
  async lock(caller: Caller, callId: string, actionFor: (call: WholeCall) => Action): Promise<LockedCall> {
    const known = await this.calls.find(callId);
    if (!known || !isThereFor(known.call, caller.userId)) throw notFound();
    await this.access.requireToChange(caller, known.call.conversation_id, actionFor(known.call));
    const locked = await this.calls.find(callId);
    if (!locked) throw notFound();
    return locked;
  }

  /** A new one: those who ring hear of it. */
  async begin(call: WholeCall): Promise<CallDto> {
    await this.calls.insert(call);
    await this.watch.expect(call);
    const begun = CallDto.from(call);
    const rung = call.participants.filter(({ state }) => state === 'ringing').map(({ user_id }) => user_id);
    if (call.message_id) this.publisher.publish(callRing, begun, toUsers(...rung));
    this.publisher.publish(callUpdated, begun, toUsers(call.created_by));
    return begun;
  }

  /** `by`: who did it; null: time, or a connection that was lost. */
  async take(before: WholeCall, after: WholeCall, by: string | null): Promise<CallDto> {
    if (after === before) return CallDto.from(before);
    const call = await this.calls.step(before, after);
    if (call.message_id) await this.states.change(call.message_id, stateOf(call), by);
    const taken = CallDto.from(call);
    this.publisher.publish(callUpdated, taken, toUsers(...(await this.hearersOf(call))));
    return taken;
  }

  private hearersOf({ conversation_id, message_id, created_by, participants }: WholeCall): Promise<string[]> {
    const concerned = message_id ? participants.map(({ user_id }) => user_id) : [created_by];
    return this.calls.membersAmong(conversation_id, concerned);
  }
}

export function isThereFor({ message_id, created_by }: WholeCall, userId: string): boolean {
  return message_id !== null || created_by === userId;
}

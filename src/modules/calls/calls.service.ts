import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { beforeId, pageOf } from '../../kernel/paging/page.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { UsersService } from '../users/users.service.js';
import { callEnded, notInCall, notRinging } from './calls.errors.js';
import { CallsRepository } from './calls.repository.js';
import { decline, end, leave, participantIn } from './course.js';
import type { AcceptCallDto, CallIdDto, ListCallsDto, StartCallDto } from './dto/ask-for-call.dto.js';
import { CallDto, type CallPageDto } from './dto/call.dto.js';
import { EntranceService } from './entrance.service.js';
import { isThereFor, StepsService } from './steps.service.js';

/** Calls as people make them. Each step locks the conversation, looks, and is one version of it. */
@Injectable()
export class CallsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly steps: StepsService,
    private readonly entrance: EntranceService,
    private readonly users: UsersService,
  ) {}

  start(caller: Caller, input: StartCallDto): Promise<CallDto> {
    return this.entrance.start(caller, input);
  }

  async list(
    { userId }: Caller,
    { conversationId, filter, cursor, limit = 50 }: ListCallsDto,
  ): Promise<CallPageDto> {
    const asked = { userId, conversationId, filter, before: beforeId(cursor) };
    const { page, nextCursor } = pageOf(await this.calls.page(asked, limit + 1), limit, ({ id }) => [id]);
    const items = page.map((call) => CallDto.from(call));
    const people = items.flatMap(({ participants }) => participants.map((participant) => participant.userId));
    return { items, nextCursor, users: await this.users.cards(people) };
  }

  async get(caller: Caller, { callId }: CallIdDto): Promise<CallDto> {
    const found = await this.calls.find(callId);
    if (!found || !isThereFor(found.call, caller.userId)) throw notFound();
    await this.access.requireMember(caller, found.call.conversation_id);
    return CallDto.from(found.call);
  }

  accept(caller: Caller, input: AcceptCallDto): Promise<CallDto> {
    return this.entrance.accept(caller, input);
  }

  decline(caller: Caller, { callId }: CallIdDto): Promise<CallDto> {
    const { userId } = caller;
    return this.unitOfWork.run(async () => {
      const { call, now } = await this.steps.lock(caller, callId, () => 'call.leave');
      const state = participantIn(call, userId)?.state;
      if (state === 'declined') return CallDto.from(call);
      if (call.state === 'ended') throw callEnded();
      if (state !== 'ringing') throw notRinging();
      return this.steps.take(call, decline(call, userId, now), userId);
    });
  }

  leave(caller: Caller, { callId }: CallIdDto): Promise<CallDto> {
    const { userId } = caller;
    return this.unitOfWork.run(async () => {
      const { call, now } = await this.steps.lock(caller, callId, () => 'call.leave');
      const state = participantIn(call, userId)?.state;
      if (state === 'left') return CallDto.from(call);
      if (call.state === 'ended') throw callEnded();
      if (state !== 'joined') throw notInCall();
      return this.steps.take(call, leave(call, userId, now), userId);
    });
  }

  end(caller: Caller, { callId }: CallIdDto): Promise<CallDto> {
    const { userId } = caller;
    return this.unitOfWork.run(async () => {
      const { call, now } = await this.steps.lock(caller, callId, ({ created_by, is_dm }) =>
        created_by === userId || is_dm ? 'call.end' : 'call.end_of_others',
      );
      if (call.state === 'ended') throw callEnded();
      if (call.is_dm && participantIn(call, userId)?.state !== 'joined') throw notInCall();
      return this.steps.take(call, end(call, now), userId);
    });
  }
}

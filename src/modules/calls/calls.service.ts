import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { beforeId, pageOf } from '../../kernel/paging/page.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { UsersService } from '../users/users.service.js';
import { callEnded, notInCall, notRinging } from './calls.errors.js';
import { CallsRepository } from './calls.repository.js';
import { decline, end, leave, participantIn } from './call-state-machine.js';
import type { AcceptCallDto, CallIdDto, ListCallsDto, StartCallDto } from './dto/start-call.dto.js';
import { CallDto, type CallPageDto } from './dto/call.dto.js';
import { CallJoinService } from './call-join.service.js';
import { isThereFor, CallTransitionsService } from './call-transitions.service.js';

/** Calls as people make them. Each step locks the conversation, looks, and is one version of it. */
@Injectable()
export class CallsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly steps: CallTransitionsService,
    private readonly entrance: CallJoinService,
    private readonly users: UsersService,
  ) {}

  start(user: AuthUser, input: StartCallDto): Promise<CallDto> {
    return this.entrance.start(user, input);
  }

  async list(
    { userId }: AuthUser,
    { conversationId, filter, cursor, limit = 50 }: ListCallsDto,
  ): Promise<CallPageDto> {
    const asked = { userId, conversationId, filter, before: beforeId(cursor) };
    const { page, nextCursor } = pageOf(await this.calls.page(asked, limit + 1), limit, ({ id }) => [id]);
    const items = page.map((call) => CallDto.from(call));
    const people = items.flatMap(({ participants }) => participants.map((participant) => participant.userId));
    return { items, nextCursor, users: await this.users.findSummaries(people) };
  }

  async get(user: AuthUser, { callId }: CallIdDto): Promise<CallDto> {
    const found = await this.calls.find(callId);
    if (!found || !isThereFor(found.call, user.userId)) throw notFound();
    await this.access.requireMember(user, found.call.conversation_id);
    return CallDto.from(found.call);
  }

  accept(user: AuthUser, input: AcceptCallDto): Promise<CallDto> {
    return this.entrance.accept(user, input);
  }

  decline(user: AuthUser, { callId }: CallIdDto): Promise<CallDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const { call, now } = await this.steps.lock(user, callId, () => 'call.leave');
      const state = participantIn(call, userId)?.state;
      if (state === 'declined') return CallDto.from(call);
      if (call.state === 'ended') throw callEnded();
      if (state !== 'ringing') throw notRinging();
      return this.steps.apply(call, decline(call, userId, now), userId);
    });
  }

  leave(user: AuthUser, { callId }: CallIdDto): Promise<CallDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const { call, now } = await this.steps.lock(user, callId, () => 'call.leave');
      const state = participantIn(call, userId)?.state;
      if (state === 'left') return CallDto.from(call);
      if (call.state === 'ended') throw callEnded();
      if (state !== 'joined') throw notInCall();
      return this.steps.apply(call, leave(call, userId, now), userId);
    });
  }

  end(user: AuthUser, { callId }: CallIdDto): Promise<CallDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const { call, now } = await this.steps.lock(user, callId, ({ created_by, is_dm }) =>
        created_by === userId || is_dm ? 'call.end' : 'call.end_of_others',
      );
      if (call.state === 'ended') throw callEnded();
      if (call.is_dm && participantIn(call, userId)?.state !== 'joined') throw notInCall();
      return this.steps.apply(call, end(call, now), userId);
    });
  }
}

import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, LAST_ID, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { UsersService } from '../users/users.service.js';
import { callEnded, notInCall, notRinging } from './calls.errors.js';
import { CallsRepository } from './calls.repository.js';
import { declineCall, endCall, leaveCall, findParticipant } from './call-state-machine.js';
import { type CallIdDto, type ListCallsDto, CallDto, type CallPageDto } from './dto/call.dto.js';
import { isVisibleTo, CallTransitionsService } from './call-transitions.service.js';

const callCursor = cursor(uuid);

/** Reads of calls; declining, leaving and ending. CallSetupService starts and answers. Each transition holds the conversation lock and is one version of the conversation. */
@Injectable()
export class CallsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly transitions: CallTransitionsService,
    private readonly users: UsersService,
  ) {}

  async listCalls({ userId }: AuthUser, query: ListCallsDto): Promise<CallPageDto> {
    const { conversationId, filter, limit } = query;
    const [before] = callCursor.decode(query.cursor, [LAST_ID]);
    const rows = await this.calls.listCalls({ userId, conversationId, filter, before }, limit + 1);
    const { page, nextCursor } = toPage(rows, limit, ({ id }) => callCursor.encode(id));
    const items = page.map((call) => CallDto.from(call));
    const userIds = items.flatMap(({ participants }) =>
      participants.map((participant) => participant.userId),
    );
    return { items, nextCursor, users: await this.users.findSummaries(userIds) };
  }

  async getCall(user: AuthUser, { callId }: CallIdDto): Promise<CallDto> {
    const locked = await this.calls.findCallForUser(user.userId, callId);
    if (!locked || !isVisibleTo(locked.call, user.userId)) throw notFound();
    await this.access.requireMember(user, locked.call.conversation_id);
    return CallDto.from(locked.call);
  }

  declineCall(user: AuthUser, { callId }: CallIdDto): Promise<CallDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const { call, now } = await this.transitions.lockCall(user, callId, () => 'call.leave');
      const state = findParticipant(call, userId)?.state;
      if (state === 'declined') return CallDto.from(call);
      if (call.state === 'ended') throw callEnded();
      if (state !== 'ringing') throw notRinging();
      return this.transitions.applyTransition(call, declineCall(call, userId, now), userId);
    });
  }

  leaveCall(user: AuthUser, { callId }: CallIdDto): Promise<CallDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const { call, now } = await this.transitions.lockCall(user, callId, () => 'call.leave');
      const state = findParticipant(call, userId)?.state;
      if (state === 'left') return CallDto.from(call);
      if (call.state === 'ended') throw callEnded();
      if (state !== 'joined') throw notInCall();
      return this.transitions.applyTransition(call, leaveCall(call, userId, now), userId);
    });
  }

  endCall(user: AuthUser, { callId }: CallIdDto): Promise<CallDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const { call, now } = await this.transitions.lockCall(user, callId, ({ created_by, is_dm }) =>
        created_by === userId || is_dm ? 'call.end' : 'call.end_of_others',
      );
      if (call.state === 'ended') throw callEnded();
      if (call.is_dm && findParticipant(call, userId)?.state !== 'joined') throw notInCall();
      return this.transitions.applyTransition(call, endCall(call, now), userId);
    });
  }
}

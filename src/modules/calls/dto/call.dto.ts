import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import {
  BooleanField,
  IdField,
  EnumField,
  ClientIdField,
  DateTimeField,
  DeviceIdField,
  TextField,
} from '../../../kernel/validation/fields.js';
import {
  CallStateDto,
  SHOWN_PARTICIPANTS,
  type ParticipantDto,
  CALL_TYPES,
  type CallType,
} from '../../messages/dto/call-state.dto.js';
import { PageWithUsersDto } from '../../users/dto/page-with-users.dto.js';
import type { DeviceRef } from '../../../kernel/identity/connected-devices.js';
import type { CallParticipant, Call } from '../entities/call.entity.js';
import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
export type CallRow = ColumnsOf<
  Call,
  | 'id'
  | 'conversation_id'
  | 'message_id'
  | 'type'
  | 'topology'
  | 'state'
  | 'created_by'
  | 'revision'
  | 'ring_expires_at'
  | 'started_at'
  | 'ended_at'
  | 'end_reason'
> & { is_dm: boolean };

export type ParticipantRow = ColumnsOf<
  CallParticipant,
  | 'user_id'
  | 'state'
  | 'device_id'
  | 'socket_id'
  | 'joined_at'
  | 'left_at'
  | 'lease_expires_at'
  | 'disconnected_at'
>;

/** Socket or device that holds the place of a joined participant. */
export function holderOf({ user_id, device_id, socket_id }: ParticipantRow): DeviceRef {
  return { userId: user_id, deviceId: device_id!, socketId: socket_id };
}

/** Call with all present, former and invited participants. */
export interface CallWithParticipants extends CallRow {
  participants: readonly ParticipantRow[];
}

/** Call outside of its message. */
export class CallDto extends CallStateDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IdField('Id of the call message; null when the callee cannot be contacted.', {
    nullable: true,
  })
  messageId: string | null;

  static from(call: CallWithParticipants): CallDto {
    return { ...toCallState(call), conversationId: call.conversation_id, messageId: call.message_id };
  }
}

/** Page of calls. */
export class CallPageDto extends PageWithUsersDto(CallDto, 'Calls, newest first.') {}

/** State stored in the call message. */
export function toCallState(call: CallWithParticipants): CallStateDto {
  const { started_at, ended_at } = call;
  return {
    id: call.id,
    revision: call.revision,
    type: call.type,
    topology: call.topology,
    state: call.state,
    createdBy: call.created_by,
    participants: [...call.participants]
      .sort(compareJoinTime)
      .slice(0, SHOWN_PARTICIPANTS)
      .map(toParticipantDto),
    joinedCount: call.participants.filter(({ state }) => state === 'joined').length,
    ringExpiresAt: call.ring_expires_at.toISOString(),
    startedAt: started_at?.toISOString() ?? null,
    endedAt: ended_at?.toISOString() ?? null,
    endReason: call.end_reason,
    durationSeconds:
      started_at && ended_at ? Math.round((ended_at.getTime() - started_at.getTime()) / 1_000) : null,
  };
}

function toParticipantDto({ user_id, state, joined_at, left_at }: ParticipantRow): ParticipantDto {
  return {
    userId: user_id,
    state,
    joinedAt: joined_at?.toISOString() ?? null,
    leftAt: left_at?.toISOString() ?? null,
  };
}

/** Order by join time; participants that never joined come last, by id. */
function compareJoinTime(one: ParticipantRow, other: ParticipantRow): number {
  const [joined, otherJoined] = [joinTime(one), joinTime(other)];
  if (joined !== otherJoined) return joined - otherJoined;
  return one.user_id < other.user_id ? -1 : 1;
}

function joinTime({ joined_at }: ParticipantRow): number {
  return joined_at?.getTime() ?? Number.MAX_SAFE_INTEGER;
}

const TAKE_OVER_DOC =
  'True: takes the place in the call over from another connected socket or device of the user, which receives `call.moved`. Default false: answered_elsewhere.';

/** Start of a call in a conversation. */
export class StartCallDto {
  @IdField('Id of a DM or a group.')
  conversationId: string;

  @EnumField('voice or video. Ignored when the conversation has a live call.', CALL_TYPES)
  type: CallType;

  @DeviceIdField()
  deviceId?: string;

  @ClientIdField()
  clientId?: string;

  @BooleanField(TAKE_OVER_DOC, { optional: true })
  takeOver?: boolean;
}

/** Reference to a call. */
export class CallIdDto {
  @IdField('Id of the call.')
  callId: string;
}

/** Answer to a call. */
export class AcceptCallDto extends CallIdDto {
  @DeviceIdField()
  deviceId?: string;

  @BooleanField(TAKE_OVER_DOC, { optional: true })
  takeOver?: boolean;
}

/** Move of the user's place in a call to another socket or device. */
export class CallMovedDto extends CallIdDto {
  @TextField('Device that holds the place now.', { max: 64 })
  deviceId: string;

  @DateTimeField('Expiry of the event; clients discard it afterwards.')
  expiresAt: string;
}

export const CALL_FILTERS = ['missed', 'outgoing', 'incoming', 'live'] as const;
export type CallFilter = (typeof CALL_FILTERS)[number];

/** Query for calls. */
export class ListCallsDto extends PageQueryDto {
  @IdField('Only calls of this conversation.', { optional: true })
  conversationId?: string;

  @EnumField(
    'Part of the list. missed: missed or busy; outgoing: started by the user; incoming: started by other users; live: not ended.',
    CALL_FILTERS,
    { optional: true },
  )
  filter?: CallFilter;
}

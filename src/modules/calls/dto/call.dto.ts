import { ApiExtraModels } from '@nestjs/swagger';
import { IdField, NestedField, TextField } from '../../../kernel/validation/fields.js';
import {
  CallStateDto,
  SHOWN_PARTICIPANTS,
  type CallEndReason,
  type CallTopology,
  type CallState,
  type CallType,
  type ParticipantDto,
  type ParticipantState,
} from '../../messages/dto/call-state.dto.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';

export interface CallRow {
  id: string;
  conversation_id: string;
  /** Null: it reaches nobody. */
  message_id: string | null;
  type: CallType;
  topology: CallTopology;
  state: CallState;
  created_by: string;
  revision: number;
  ring_expires_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  end_reason: CallEndReason | null;
  is_dm: boolean;
}

export interface ParticipantRow {
  user_id: string;
  state: ParticipantState;
  device_id: string | null;
  joined_at: Date | null;
  left_at: Date | null;
  lease_expires_at: Date | null;
  disconnected_at: Date | null;
}

/** A call with everybody who is or was in it, or was asked to be. */
export interface WholeCall extends CallRow {
  participants: readonly ParticipantRow[];
}

/** A call, wherever it is shown beside its message. */
export class CallDto extends CallStateDto {
  @IdField('Where it is.')
  conversationId: string;

  @IdField('The message that tells of it; null: the other one cannot be reached, and hears nothing of it.', {
    nullable: true,
  })
  messageId: string | null;

  static from(call: WholeCall): CallDto {
    return { ...stateOf(call), conversationId: call.conversation_id, messageId: call.message_id };
  }
}

@ApiExtraModels(UserDto)
export class CallPageDto {
  @NestedField('The newest first.', () => [CallDto])
  items: CallDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}

/** What its message keeps of it. */
export function stateOf(call: WholeCall): CallStateDto {
  const { started_at, ended_at } = call;
  return {
    id: call.id,
    revision: call.revision,
    type: call.type,
    topology: call.topology,
    state: call.state,
    createdBy: call.created_by,
    participants: [...call.participants].sort(byJoining).slice(0, SHOWN_PARTICIPANTS).map(participantOf),
    joinedCount: call.participants.filter(({ state }) => state === 'joined').length,
    ringExpiresAt: call.ring_expires_at.toISOString(),
    startedAt: started_at?.toISOString() ?? null,
    endedAt: ended_at?.toISOString() ?? null,
    endReason: call.end_reason,
    durationSeconds:
      started_at && ended_at ? Math.round((ended_at.getTime() - started_at.getTime()) / 1_000) : null,
  };
}

function participantOf({ user_id, state, joined_at, left_at }: ParticipantRow): ParticipantDto {
  return {
    userId: user_id,
    state,
    joinedAt: joined_at?.toISOString() ?? null,
    leftAt: left_at?.toISOString() ?? null,
  };
}

/** Who joined first; then those who never did, by their ids. */
function byJoining(one: ParticipantRow, other: ParticipantRow): number {
  const [joined, otherJoined] = [timeOf(one), timeOf(other)];
  if (joined !== otherJoined) return joined - otherJoined;
  return one.user_id < other.user_id ? -1 : 1;
}

function timeOf({ joined_at }: ParticipantRow): number {
  return joined_at?.getTime() ?? Number.MAX_SAFE_INTEGER;
}

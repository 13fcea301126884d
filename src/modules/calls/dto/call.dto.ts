import { ApiExtraModels } from '@nestjs/swagger';
import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import { IdField, NestedField, TextField } from '../../../kernel/validation/fields.js';
import { CallStateDto, SHOWN_PARTICIPANTS, type ParticipantDto } from '../../messages/dto/call-state.dto.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';
import type { CallParticipant } from '../entities/call-participant.entity.js';
import type { Call } from '../entities/call.entity.js';

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
  'user_id' | 'state' | 'device_id' | 'joined_at' | 'left_at' | 'lease_expires_at' | 'disconnected_at'
>;

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

import {
  EnumField,
  IdField,
  IntField,
  NestedField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';

export const CALL_TYPES = ['voice', 'video'] as const;
export type CallType = (typeof CALL_TYPES)[number];
export const CALL_STATES = ['ringing', 'active', 'ended'] as const;
export type CallState = (typeof CALL_STATES)[number];
export const CALL_TOPOLOGIES = ['mesh', 'sfu'] as const;
/** Media path of a call: peer to peer, or through a media server. */
export type CallTopology = (typeof CALL_TOPOLOGIES)[number];
export const END_REASONS = ['completed', 'declined', 'cancelled', 'missed', 'busy', 'failed'] as const;
export type CallEndReason = (typeof END_REASONS)[number];
export const PARTICIPANT_STATES = [
  'invited',
  'ringing',
  'joined',
  'declined',
  'missed',
  'busy',
  'left',
] as const;
export type ParticipantState = (typeof PARTICIPANT_STATES)[number];

/** Participants listed in the state of a call. */
export const SHOWN_PARTICIPANTS = 100;

/** User invited to or joined in a call. */
export class ParticipantDto {
  @IdField('Id of the user.')
  userId: string;

  @EnumField(
    'State of the participant. invited: may join, does not ring; ringing; joined; declined; missed: the call ended while it rang; busy: in another call; left: left after joining.',
    PARTICIPANT_STATES,
  )
  state: ParticipantState;

  @DateTimeField('Time of the last join. Null if the user never joined.', { nullable: true })
  joinedAt: string | null;

  @DateTimeField('Time of the last leave. Null if the user never left.', { nullable: true })
  leftAt: string | null;
}

/** Public state of a call, the same for every reader. A state with an equal or greater `revision` replaces the held one. */
export class CallStateDto {
  @IdField('Id of the call.')
  id: string;

  @IntField('Number of changes of the call.', { min: 1 })
  revision: number;

  @EnumField('Media at the start: voice is audio only, video is audio and video.', CALL_TYPES)
  type: CallType;

  @EnumField(
    'Media path. mesh: the participants connect to one another by call.signal. sfu: each participant connects to the media server with the token of call.issue_token.',
    CALL_TOPOLOGIES,
  )
  topology: CallTopology;

  @EnumField(
    'State of the call. ringing: no callee has answered; active: answered; ended: the final state.',
    CALL_STATES,
  )
  state: CallState;

  @IdField('Id of the caller.')
  createdBy: string;

  @NestedField('Invited and joined users: the first 100, joined users first.', () => [ParticipantDto])
  participants: ParticipantDto[];

  @IntField('Number of joined participants.')
  joinedCount: number;

  @DateTimeField('End of the ring time. An unanswered call is then missed.')
  ringExpiresAt: string;

  @DateTimeField('Time of the first answer. Null before it.', { nullable: true })
  startedAt: string | null;

  @DateTimeField('End of the call. Null while it is live.', { nullable: true })
  endedAt: string | null;

  @EnumField(
    'Reason of the end. completed: hung up. declined: by all callees. cancelled: by the caller. missed: no answer in time. busy: all callees were in other calls. failed: a connection was lost. Null while the call is live.',
    END_REASONS,
    { nullable: true },
  )
  endReason: CallEndReason | null;

  @IntField(
    'Duration in seconds from the first answer to the end. Null without an answer or before the end.',
    { nullable: true },
  )
  durationSeconds: number | null;
}

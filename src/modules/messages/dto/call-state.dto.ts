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
/** How sound and pictures travel: from everybody to everybody, or through a media server. */
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

/** People whom the state of a call names. */
export const SHOWN_PARTICIPANTS = 100;

export class ParticipantDto {
  @IdField('The person.')
  userId: string;

  @EnumField(
    'invited: may join, but is not rung. ringing. joined: in it. declined. missed: it ended while it rang. busy: was in another call. left: was in it.',
    PARTICIPANT_STATES,
  )
  state: ParticipantState;

  @DateTimeField('When they last joined.', { nullable: true })
  joinedAt: string | null;

  @DateTimeField('When they last left.', { nullable: true })
  leftAt: string | null;
}

/** What a call has come to: the same for every reader. Whatever carries the same or a greater `revision` replaces what you have. */
export class CallStateDto {
  @IdField('The call.')
  id: string;

  @IntField('How often it has changed.', { min: 1 })
  revision: number;

  @EnumField('Whether it was begun with sound alone, or with pictures too.', CALL_TYPES)
  type: CallType;

  @EnumField(
    'mesh: each participant connects to each other by call.signal. sfu: everybody connects to the media server, with call.token.',
    CALL_TOPOLOGIES,
  )
  topology: CallTopology;

  @EnumField('ringing: nobody has answered. active. ended: for ever.', CALL_STATES)
  state: CallState;

  @IdField('The caller.')
  createdBy: string;

  @NestedField(
    'Who is in it or was asked to be: the first hundred, those who joined before the others.',
    () => [ParticipantDto],
  )
  participants: ParticipantDto[];

  @IntField('How many are in it now.')
  joinedCount: number;

  @DateTimeField('From then on, a call that nobody answered is missed.')
  ringExpiresAt: string;

  @DateTimeField('When the first one answered; null: nobody did.', { nullable: true })
  startedAt: string | null;

  @DateTimeField('When it ended.', { nullable: true })
  endedAt: string | null;

  @EnumField(
    'Why it ended. completed: hung up. declined: by all who were rung. cancelled: by the caller. missed: nobody answered in time. busy: all were in other calls. failed: a connection was lost.',
    END_REASONS,
    { nullable: true },
  )
  endReason: CallEndReason | null;

  @IntField('Seconds from its start to its end; null: it has not started or not ended.', { nullable: true })
  durationSeconds: number | null;
}

import {
  EnumField,
  IdField,
  IntField,
  NestedField,
  ObjectField,
  PatternField,
  TextField,
  DateTimeField,
} from '../../../../kernel/validation/fields.js';
import { CallIdDto } from '../../dto/start-call.dto.js';

export const SIGNAL_KINDS = ['offer', 'answer', 'candidate'] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** Some hundred lines; even of escaped characters, it fits into what a socket may send at once. */
const MAX_SDP = 32 * 1024;
/** The first line of any session description (RFC 8866, 5.1); a line may end without CR. */
const SDP = /^v=0\r?\n/;

/** An ICE candidate, as `RTCIceCandidate.toJSON()` of WebRTC makes it and `addIceCandidate()` takes it (RTCIceCandidateInit). */
export class IceCandidateDto {
  @TextField('The candidate-attribute (RFC 8839, 5.1); empty: there are no more.', { min: 0, max: 1_000 })
  candidate: string;

  @TextField('The identification tag of the media description that it is for (RFC 5888).', {
    optional: true,
    nullable: true,
    min: 0,
    max: 64,
  })
  sdpMid?: string | null;

  @IntField('Which media description it is for, from 0.', { optional: true, nullable: true, max: 255 })
  sdpMLineIndex?: number | null;

  @TextField('The ice-ufrag of the session that it is for (RFC 8839, 5.4).', {
    optional: true,
    nullable: true,
    min: 0,
    max: 256,
  })
  usernameFragment?: string | null;
}

/** What one end of a peer connection has to tell the other: the JavaScript Session Establishment Protocol (RFC 8829). */
export class SignalDto {
  @EnumField('offer and answer describe a session, candidate is a way to reach me.', SIGNAL_KINDS)
  kind: SignalKind;

  @PatternField(
    'Of an offer or an answer, and only there: the session description (SDP, RFC 8866), as `RTCSessionDescription.sdp` has it.',
    SDP,
    {
      onlyIf: { kind: ['offer', 'answer'] },
      max: MAX_SDP,
      example: 'v=0\r\no=- 20518 0 IN IP4 203.0.113.1\r\ns=-\r\nt=0 0\r\n',
    },
  )
  sdp?: string;

  @ObjectField('Of a candidate, and only there.', () => IceCandidateDto, { onlyIf: { kind: ['candidate'] } })
  candidate?: IceCandidateDto;
}

export class SendSignalDto extends CallIdDto {
  @IdField('Who is to have it: another one who is in the call.')
  toUserId: string;

  @TextField('With which device: else nothing is sent. Left out: the one with which they are in the call.', {
    optional: true,
    max: 64,
  })
  toDeviceId?: string;

  @ObjectField('What they are told.', () => SignalDto)
  signal: SignalDto;
}

/** It was sent on: nobody knows whether it arrived. */
export class SignalSentDto {
  @IdField('The call.')
  callId: string;

  @IdField('Who was sent it.')
  toUserId: string;

  @TextField('With which device they are in the call.', { max: 64 })
  toDeviceId: string;

  @DateTimeField('From then on it is worth nothing.')
  expiresAt: string;
}

/** A signal, as it arrives. */
export class CallSignalDto {
  @IdField('The call.')
  callId: string;

  @IdField('Who says it.')
  fromUserId: string;

  @TextField('With which device they are in the call.', { max: 64 })
  fromDeviceId: string;

  @NestedField('What they say.', () => SignalDto)
  signal: SignalDto;

  @DateTimeField('Arrives it later, forget it.')
  expiresAt: string;
}

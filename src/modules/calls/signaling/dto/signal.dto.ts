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
import { CallIdDto } from '../../dto/call.dto.js';

export const SIGNAL_KINDS = ['offer', 'answer', 'candidate'] as const;
export type SignalKind = (typeof SIGNAL_KINDS)[number];

/** Characters of a session description; fits into the limit of a socket frame even when escaped. */
const MAX_SDP = 32 * 1024;
/** First line of a session description (RFC 8866, 5.1); CR is optional. */
const SDP = /^v=0\r?\n/;

/** ICE candidate in the shape of RTCIceCandidateInit (W3C WebRTC). */
export class IceCandidateDto {
  @TextField('Candidate attribute (RFC 8839, 5.1); empty at the end of candidates.', { min: 0, max: 1_000 })
  candidate: string;

  @TextField('Identification tag of the media description (RFC 5888).', {
    optional: true,
    nullable: true,
    min: 0,
    max: 64,
  })
  sdpMid?: string | null;

  @IntField('Index of the media description, from 0.', { optional: true, nullable: true, max: 255 })
  sdpMLineIndex?: number | null;

  @TextField('ICE user name fragment of the session (RFC 8839, 5.4).', {
    optional: true,
    nullable: true,
    min: 0,
    max: 256,
  })
  usernameFragment?: string | null;
}

/** Signal of a peer connection (JSEP, RFC 8829). */
export class SignalDto {
  @EnumField(
    'Kind of the signal. offer and answer carry a session description, candidate an ICE candidate.',
    SIGNAL_KINDS,
  )
  kind: SignalKind;

  @PatternField(
    'Session description (SDP, RFC 8866). Required for offer and answer, not allowed otherwise.',
    SDP,
    {
      onlyIf: { kind: ['offer', 'answer'] },
      max: MAX_SDP,
      example: 'v=0\r\no=- 20518 0 IN IP4 203.0.113.1\r\ns=-\r\nt=0 0\r\n',
    },
  )
  sdp?: string;

  @ObjectField('ICE candidate. Required for candidate, not allowed otherwise.', () => IceCandidateDto, {
    onlyIf: { kind: ['candidate'] },
  })
  candidate?: IceCandidateDto;
}

/** Signal to another participant. */
export class SendSignalDto extends CallIdDto {
  @IdField('Id of the recipient, a participant of the call.')
  toUserId: string;

  @TextField('Required device of the recipient. Omitted: the joined device.', {
    optional: true,
    max: 64,
  })
  toDeviceId?: string;

  @ObjectField('Signal to relay.', () => SignalDto)
  signal: SignalDto;
}

/** Result of sending a signal. Its delivery is not confirmed. */
export class SignalSentDto {
  @IdField('Id of the call.')
  callId: string;

  @IdField('Id of the recipient.')
  toUserId: string;

  @TextField('Device of the recipient in the call.', { max: 64 })
  toDeviceId: string;

  @DateTimeField('Expiry of the signal.')
  expiresAt: string;
}

/** Relayed signal, as received. */
export class CallSignalDto {
  @IdField('Id of the call.')
  callId: string;

  @IdField('Id of the sender.')
  fromUserId: string;

  @TextField('Device of the sender in the call.', { max: 64 })
  fromDeviceId: string;

  @NestedField('Relayed signal, as received.', () => SignalDto)
  signal: SignalDto;

  @DateTimeField('Expiry of the signal; clients discard it afterwards.')
  expiresAt: string;
}

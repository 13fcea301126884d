import { ApiProperty } from '@nestjs/swagger';
import { DateTimeField, NestedField, TextField } from '../../../../kernel/validation/fields.js';

/** STUN or TURN servers, in the shape of RTCIceServer (W3C WebRTC). */
export class IceServerDto {
  @ApiProperty({
    type: [String],
    description: 'URLs of the servers: stun: and stuns: (RFC 7064), turn: and turns: (RFC 7065).',
    example: ['turn:turn.example:3478?transport=udp'],
  })
  urls: string[];

  @TextField('TURN user name with its expiry. TURN only.', { optional: true })
  username?: string;

  @TextField('TURN password of the user name. TURN only.', { optional: true })
  credential?: string;
}

/** ICE servers with credentials of the current user. */
export class IceServersDto {
  @NestedField('Servers, for the configuration of an `RTCPeerConnection`.', () => [IceServerDto])
  iceServers: IceServerDto[];

  @DateTimeField('Expiry of the credentials; null without credentials.', { nullable: true })
  expiresAt: string | null;
}

/** Access to the media server for one call. */
export class MediaTokenDto {
  @TextField('WebSocket URL of the LiveKit server.', { max: 2_000 })
  url: string;

  @TextField('JWT (RFC 7519) for the room of this call, for `Room.connect(url, token)` of LiveKit.', {
    max: 4_000,
  })
  token: string;

  @DateTimeField('Time until which the token can connect. LiveKit renews the tokens of connected users.')
  expiresAt: string;
}

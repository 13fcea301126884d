import { ApiProperty } from '@nestjs/swagger';
import { NestedField, TextField, DateTimeField } from '../../../../kernel/validation/fields.js';

/** A server by which devices find a way to each other, as `RTCPeerConnection` of WebRTC takes it (RTCIceServer). */
export class IceServerDto {
  @ApiProperty({
    type: [String],
    description: 'Where it is: stun: and stuns: (RFC 7064), turn: and turns: (RFC 7065) addresses.',
    example: ['turn:turn.example:3478?transport=udp'],
  })
  urls: string[];

  @TextField('Of TURN: until when it is good, and for whom.', { optional: true })
  username?: string;

  @TextField('Of TURN: the password that belongs to the username.', { optional: true })
  credential?: string;
}

export class IceServersDto {
  @NestedField('For the configuration of an `RTCPeerConnection`, as they are.', () => [IceServerDto])
  iceServers: IceServerDto[];

  @DateTimeField('Until when the credentials are good; ask again before. Null: there are none.', {
    nullable: true,
  })
  expiresAt: string | null;
}

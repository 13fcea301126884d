import { TextField, DateTimeField } from '../../../../kernel/validation/fields.js';

/** The way into a call that goes through the media server. */
export class MediaTokenDto {
  @TextField('Where the media server is (LiveKit, over a WebSocket).', { max: 2_000 })
  url: string;

  @TextField(
    'The key to the room of this call and to no other: a JWT (RFC 7519) for `Room.connect(url, token)` of LiveKit.',
    { max: 4_000 },
  )
  token: string;

  @DateTimeField('Until when one can connect with it. Who is connected stays so: LiveKit renews it.')
  expiresAt: string;
}

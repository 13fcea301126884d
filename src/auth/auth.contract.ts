import { forbidden } from '../kernel/errors/base.errors.js';
import { command } from '../kernel/realtime/contract.js';
import { TextField, DateTimeField } from '../kernel/validation/fields.js';

export class RefreshSessionDto {
  @TextField('A newer JWT of the same person.', { max: 16_384 })
  token: string;
}

export class SessionDto {
  @DateTimeField('When the token expires, and the socket with it.')
  expiresAt: string;
}

export const refreshSession = command('session.refresh', RefreshSessionDto, SessionDto, {
  summary: 'Goes on with a new token on this socket, without a new connection.',
  rest: null,
  errors: [forbidden],
});

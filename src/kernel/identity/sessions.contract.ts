import { EnumField, IdField, DateTimeField } from '../validation/fields.js';
import { event } from '../realtime/contract.js';

/** Announcement of the expiry of a session. */
export class SessionExpiringDto {
  @DateTimeField('Expiry of the token of this socket.')
  expiresAt: string;
}

/** End of a session by the server. */
export class SessionEndedDto {
  @EnumField('Reason: token_expired, or unauthenticated for a deactivated account or a sign-out.', [
    'token_expired',
    'unauthenticated',
  ])
  code: string;
}

export const sessionExpiring = event('session.expiring', SessionExpiringDto, {
  summary: 'The token of this socket expires within a minute. The command session.refresh replaces it.',
  recipients: 'this socket',
  durable: false,
});

export const sessionEnded = event('session.ended', SessionEndedDto, {
  summary: 'The server disconnects this socket. A connection with a valid token is possible.',
  recipients: 'this socket',
  durable: false,
});

/** Request to sync after bulk changes. */
export class SessionResyncDto {
  @IdField('Conversation to sync. Absent: the account data.', { optional: true })
  conversationId?: string;

  @IdField('Epoch of the database, if it is another one: the client discards what it holds.', {
    optional: true,
  })
  epoch?: string;
}

export const sessionResync = event('session.resync', SessionResyncDto, {
  summary:
    'Bulk changes without an event for each change, or a new epoch of the database: the client has to sync.',
  recipients: 'all devices of the affected users',
  durable: true,
});

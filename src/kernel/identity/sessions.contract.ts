import { EnumField, IdField, DateTimeField } from '../validation/fields.js';
import { event } from '../realtime/contract.js';

export class SessionExpiringDto {
  @DateTimeField('When the token of this socket expires.')
  expiresAt: string;
}

export class SessionEndedDto {
  @EnumField('Why: the token expired, or the account was deactivated or signed out.', [
    'token_expired',
    'unauthenticated',
  ])
  code: string;
}

export const sessionExpiring = event('session.expiring', SessionExpiringDto, {
  summary: 'The token of this socket expires within a minute: send session.refresh with a new one.',
  recipients: 'this socket',
  durable: false,
});

export const sessionEnded = event('session.ended', SessionEndedDto, {
  summary: 'The server ends this socket now. Connect again with a valid token.',
  recipients: 'this socket',
  durable: false,
});

export class SessionResyncDto {
  @IdField('The conversation to sync; without one: what is mine alone.', { optional: true })
  conversationId?: string;
}

export const sessionResync = event('session.resync', SessionResyncDto, {
  summary: 'So much has changed at once that it is not told one by one: sync.',
  recipients: 'all devices of whom it concerns',
  durable: true,
});

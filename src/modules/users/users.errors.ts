import { defineError } from '../../kernel/errors/app-error.js';

/** The other user has blocked the current user, or is inactive: the two cases are indistinguishable. */
export const unavailable = defineError('unavailable', 403, 'The user cannot be contacted.');

export const blockedByYou = defineError('blocked_by_you', 403, 'The current user has blocked this user.');

export const usernameTaken = defineError(
  'username_taken',
  409,
  'The username belongs to another local account.',
);

export const emailTaken = defineError(
  'email_taken',
  409,
  'The e-mail address belongs to another local account.',
);

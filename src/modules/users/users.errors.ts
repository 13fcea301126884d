import { defineError } from '../../kernel/errors/app-error.js';

/** A local account takes no username of another user, case-insensitive. A user of the host product keeps its name. */
export const usernameTaken = defineError('username_taken', 409, 'The username belongs to another user.');

/** E-mail addresses of local accounts are unique, case-insensitive. */
export const emailTaken = defineError(
  'email_taken',
  409,
  'The e-mail address belongs to another local account.',
);

import { defineError } from '../../kernel/errors/app-error.js';

/** Usernames of local accounts are unique, case-insensitive. */
export const usernameTaken = defineError(
  'username_taken',
  409,
  'The username belongs to another local account.',
);

/** E-mail addresses of local accounts are unique, case-insensitive. */
export const emailTaken = defineError(
  'email_taken',
  409,
  'The e-mail address belongs to another local account.',
);

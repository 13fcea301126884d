import { defineError } from '../../kernel/errors/app-error.js';

export const unavailable = defineError('unavailable', 403, 'This person cannot be reached.');
export const blockedByYou = defineError('blocked_by_you', 403, 'You have blocked this person.');
export const usernameTaken = defineError('username_taken', 409, 'This username is taken.');
export const emailTaken = defineError('email_taken', 409, 'This e-mail address has an account.');

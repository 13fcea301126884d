import { defineError } from '../../kernel/errors/app-error.js';

export const unavailable = defineError('unavailable', 403, 'This person cannot be reached.');
export const blockedByYou = defineError('blocked_by_you', 403, 'You have blocked this person.');

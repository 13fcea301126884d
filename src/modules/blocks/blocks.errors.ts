import { defineError } from '../../kernel/errors/app-error.js';

/** Contact restriction: the current user has blocked the other user. */
export const blockedByYou = defineError('blocked_by_you', 403, 'The current user has blocked this user.');

/**
 * Contact restriction: the other user has blocked the current user, or is inactive. One error for both, so that a block
 * is not disclosed.
 */
export const unavailable = defineError('unavailable', 403, 'The user cannot be contacted.');

export const tooManyBlocks = defineError(
  'too_many_blocks',
  409,
  'The current user blocks the maximum number of users.',
);

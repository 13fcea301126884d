import { defineError } from '../../kernel/errors/app-error.js';

export const tooManyBlocks = defineError('too_many_blocks', 409, 'You block as many people as you can.');

import { notFound } from '../../kernel/errors/base.errors.js';
import { command, event } from '../../kernel/realtime/contract.js';
import { typingDisabled } from './typing.errors.js';
import { blockedByYou, unavailable } from '../blocks/blocks.errors.js';
import { TypingDto, TypingPlaceDto } from './dto/typing.dto.js';

const access = {
  rest: null,
  permission: 'member' as const,
  errors: [notFound, blockedByYou, unavailable, typingDisabled],
};

export const startTyping = command('typing.start', TypingPlaceDto, TypingDto, {
  summary:
    'Starts or extends the typing indicator: a client repeats the command every 3 s while the user types. One event is published in 3 s at most; the result is the last published state.',
  ...access,
});

export const stopTyping = command('typing.stop', TypingPlaceDto, TypingDto, {
  summary:
    'Stops the typing indicator. Without this command the indicator expires after 6 s; sending a message does not stop it.',
  ...access,
});

export const typingUpdated = event('typing.updated', TypingDto, {
  summary: 'A member started, continued or stopped typing, in the main timeline or in a thread.',
  recipients:
    'all devices of every other member, except members blocked by the typing user and members that block the typing user',
  durable: false,
});

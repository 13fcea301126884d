import { notFound } from '../../../kernel/errors/base.errors.js';
import { command, event } from '../../../kernel/realtime/contract.js';
import { ConversationIdDto } from '../../conversations/dto/create-conversation.dto.js';
import { blockedByYou, unavailable } from '../../users/users.errors.js';
import { TypingDto } from './dto/typing.dto.js';
import { typingDisabled } from './typing.errors.js';

const about = {
  rest: null,
  permission: 'any member',
  errors: [notFound, blockedByYou, unavailable, typingDisabled],
};

export const startTyping = command('typing.start', ConversationIdDto, TypingDto, {
  summary:
    'I am typing: say it again every 3 s while it is so. The others hear of it once in 3 s at most; the answer is what they heard last.',
  ...about,
});

export const stopTyping = command('typing.stop', ConversationIdDto, TypingDto, {
  summary: 'I no longer am. To send a message does not say so, and after 6 s it goes by itself.',
  ...about,
});

export const typingUpdated = event('typing', TypingDto, {
  summary: 'Somebody is typing, or has stopped.',
  recipients: 'all devices of every other member, but of whom the typist blocks, or who blocks them',
  durable: false,
});

import { notFound } from '../../../kernel/errors/base.errors.js';
import { command, read } from '../../../kernel/realtime/contract.js';
import { blockedByYou, unavailable } from '../../blocks/blocks.errors.js';
import { ListPinsDto, MessagePageDto } from '../dto/list-messages.dto.js';
import { MessageDto, MessageIdDto } from '../dto/message.dto.js';
import { alreadyDeleted, tooManyPins } from '../messages.errors.js';

const permission = 'member';

export const listPins = read('pin.list', ListPinsDto, MessagePageDto, {
  summary: 'Lists the pinned messages of a conversation, most recently pinned first.',
  rest: 'GET /v1/conversations/{conversationId}/pins',
  permission,
  errors: [notFound],
});

export const pinMessage = command('message.pin', MessageIdDto, MessageDto, {
  summary: 'Pins a message for all members of its conversation.',
  rest: 'PUT /v1/messages/{messageId}/pin',
  permission,
  errors: [notFound, blockedByYou, unavailable, alreadyDeleted, tooManyPins],
});

export const unpinMessage = command('message.unpin', MessageIdDto, MessageDto, {
  summary: 'Unpins a message for all members, also one that another member pinned.',
  rest: 'DELETE /v1/messages/{messageId}/pin',
  permission,
  errors: [notFound, blockedByYou, unavailable, alreadyDeleted],
});

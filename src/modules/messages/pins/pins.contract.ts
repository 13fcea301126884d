import { notFound } from '../../../kernel/errors/base.errors.js';
import { command, read } from '../../../kernel/realtime/contract.js';
import { blockedByYou, unavailable } from '../../blocks/blocks.errors.js';
import { MessageIdDto } from '../dto/change-message.dto.js';
import { MessageDto } from '../dto/message.dto.js';
import { ListPinsDto, PinPageDto } from './dto/pins.dto.js';
import { alreadyDeleted } from '../messages.errors.js';
import { tooManyPins } from './pins.errors.js';

const permission = 'any member';

export const listPins = read('pin.list', ListPinsDto, PinPageDto, {
  summary: 'The pinned messages of a conversation.',
  rest: 'GET /v1/conversations/{conversationId}/pins',
  permission,
  errors: [notFound],
});

export const pinMessage = command('message.pin', MessageIdDto, MessageDto, {
  summary: 'Pins a message for everybody in its conversation.',
  rest: 'PUT /v1/messages/{messageId}/pin',
  permission,
  errors: [notFound, blockedByYou, unavailable, alreadyDeleted, tooManyPins],
});

export const unpinMessage = command('message.unpin', MessageIdDto, MessageDto, {
  summary: 'Pins it no longer, whoever did.',
  rest: 'DELETE /v1/messages/{messageId}/pin',
  permission,
  errors: [notFound, blockedByYou, unavailable, alreadyDeleted],
});

import { notFound } from '../../../kernel/errors/base.errors.js';
import { command, read } from '../../../kernel/realtime/contract.js';
import { blockedByYou, unavailable } from '../../blocks/blocks.errors.js';
import { MessageDto } from '../dto/message.dto.js';
import { alreadyDeleted } from '../messages.errors.js';
import { ListReactionsDto, ReactDto, ReactionPageDto } from './dto/reaction.dto.js';
import { tooManyReactions } from './reactions.errors.js';

const permission = 'any member';

export const listReactions = read('reaction.list', ListReactionsDto, ReactionPageDto, {
  summary: 'Who reacted to a message, with one emoji or with any.',
  rest: 'GET /v1/messages/{messageId}/reactions',
  permission,
  errors: [notFound],
});

export const addReaction = command('reaction.add', ReactDto, MessageDto, {
  summary: 'Reacts to a message with an emoji.',
  rest: 'PUT /v1/messages/{messageId}/reactions/{emoji}',
  permission,
  errors: [notFound, blockedByYou, unavailable, alreadyDeleted, tooManyReactions],
});

export const removeReaction = command('reaction.remove', ReactDto, MessageDto, {
  summary: 'Takes a reaction of mine back.',
  rest: 'DELETE /v1/messages/{messageId}/reactions/{emoji}',
  permission,
  errors: [notFound, blockedByYou, unavailable, alreadyDeleted],
});

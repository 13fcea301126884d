import { notFound } from '../../../kernel/errors/base.errors.js';
import { command, read } from '../../../kernel/realtime/contract.js';
import { blockedByYou, unavailable } from '../../blocks/blocks.errors.js';
import { MessageDto } from '../dto/message.dto.js';
import { ListReactionsDto, ReactDto, ReactionPageDto } from '../dto/reactions.dto.js';
import { alreadyDeleted, tooManyReactions } from '../messages.errors.js';

const permission = 'member';

export const listReactions = read('reaction.list', ListReactionsDto, ReactionPageDto, {
  summary: 'Lists the reactions to a message, with one emoji or with all.',
  rest: 'GET /v1/messages/{messageId}/reactions',
  permission,
  errors: [notFound],
});

export const addReaction = command('reaction.add', ReactDto, MessageDto, {
  summary: 'Adds a reaction of the current user to a message.',
  rest: 'PUT /v1/messages/{messageId}/reactions/{emoji}',
  permission,
  errors: [notFound, blockedByYou, unavailable, alreadyDeleted, tooManyReactions],
});

export const removeReaction = command('reaction.remove', ReactDto, MessageDto, {
  summary: 'Removes a reaction of the current user from a message.',
  rest: 'DELETE /v1/messages/{messageId}/reactions/{emoji}',
  permission,
  errors: [notFound, blockedByYou, unavailable, alreadyDeleted],
});

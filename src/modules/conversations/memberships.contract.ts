import { notFound } from '../../kernel/errors/base.errors.js';
import { command, event } from '../../kernel/realtime/contract.js';
import { MembershipUpdatedDto } from './dto/membership.dto.js';
import { ReadStateDto, UpdateReadStateDto } from './dto/read-state.dto.js';
import { UpdateMembershipDto } from './dto/update-membership.dto.js';

const about = { permission: 'any member', errors: [notFound] };

export const readConversation = command('conversation.read', UpdateReadStateDto, ReadStateDto, {
  summary: 'I have read everything up to here. The mark only moves forward; a mark as unread goes.',
  rest: 'POST /v1/conversations/{conversationId}/read',
  ...about,
});

export const deliveredConversation = command('conversation.delivered', UpdateReadStateDto, ReadStateDto, {
  summary: 'A device of mine has everything up to here. The mark only moves forward.',
  rest: 'POST /v1/conversations/{conversationId}/delivered',
  ...about,
});

export const unreadConversation = command('conversation.unread', UpdateReadStateDto, ReadStateDto, {
  summary: 'Marks as unread from here on, for myself alone, until the next read.',
  rest: 'POST /v1/conversations/{conversationId}/unread',
  ...about,
});

export const updateMembership = command('membership.update', UpdateMembershipDto, MembershipUpdatedDto, {
  summary: 'Mutes, pins or archives a conversation for myself.',
  rest: 'PATCH /v1/conversations/{conversationId}/membership',
  ...about,
});

export const membershipUpdated = event('membership.updated', MembershipUpdatedDto, {
  summary: 'My own side of a conversation has changed: marks, mute, pin, archive.',
  recipients: 'all devices of mine',
  durable: true,
});

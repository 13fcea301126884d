import { forbidden, notFound } from '../../../kernel/errors/base.errors.js';
import { command, event, read } from '../../../kernel/realtime/contract.js';
import { blockedByYou, unavailable } from '../../blocks/blocks.errors.js';
import { conversationFull, dmNotEditable, lastOwner } from '../conversations.errors.js';
import {
  AddMembersDto,
  ListMembersDto,
  MemberPageDto,
  MemberRemovedDto,
  MembersChangedDto,
  RemoveMemberDto,
  UpdateMemberDto,
} from '../dto/member.dto.js';
import { ConversationDto } from '../dto/conversation.dto.js';
import { ConversationIdDto } from '../dto/create-conversation.dto.js';

const recipients = 'all devices of every member';

export const listMembers = read('member.list', ListMembersDto, MemberPageDto, {
  summary: 'Lists the members of a conversation.',
  rest: 'GET /v1/conversations/{conversationId}/members',
  permission: ['member', 'host admin'],
  errors: [notFound],
});

export const addMembers = command('member.add', AddMembersDto, MembersChangedDto, {
  summary: 'Adds users to a group or channel. New members see the whole history.',
  rest: 'POST /v1/conversations/{conversationId}/members',
  permission: ['admin', 'owner', 'host admin'],
  errors: [notFound, forbidden, blockedByYou, unavailable, dmNotEditable, conversationFull],
});

export const updateMember = command('member.update', UpdateMemberDto, MembersChangedDto, {
  summary: 'Changes the role of a member, or transfers ownership. An inactive user cannot become owner.',
  rest: 'PATCH /v1/conversations/{conversationId}/members/{userId}',
  permission: ['owner', 'host admin'],
  errors: [notFound, forbidden, unavailable, dmNotEditable, lastOwner],
});

export const removeMember = command('member.remove', RemoveMemberDto, MemberRemovedDto, {
  summary:
    'Removes a member, or leaves the conversation. Admins remove members; owners and host admins also remove admins and owners. The conversation is deleted when its only active member leaves.',
  rest: 'DELETE /v1/conversations/{conversationId}/members/{userId}',
  permission: ['member', 'admin', 'owner', 'host admin'],
  errors: [notFound, forbidden, dmNotEditable, lastOwner],
});

export const joinConversation = command('conversation.join', ConversationIdDto, ConversationDto, {
  summary: 'Joins a public channel without an invitation.',
  rest: 'POST /v1/conversations/{conversationId}/join',
  permission: 'any user',
  errors: [notFound, conversationFull],
});

export const memberAdded = event('member.added', MembersChangedDto, {
  summary: 'Members were added.',
  recipients: 'all devices of the members before the change',
  durable: true,
});

export const memberUpdated = event('member.updated', MembersChangedDto, {
  summary: 'Roles of members have changed.',
  recipients,
  durable: true,
});

export const memberRemoved = event('member.removed', MemberRemovedDto, {
  summary: 'A member left or was removed.',
  recipients,
  durable: true,
});

import { forbidden, notFound } from '../../kernel/errors/base.errors.js';
import { command, event, read } from '../../kernel/realtime/contract.js';
import { blockedByYou, unavailable } from '../blocks/blocks.errors.js';
import { conversationFull, dmNotEditable, lastOwner } from './conversations.errors.js';
import {
  AddMembersDto,
  ListMembersDto,
  MemberPageDto,
  MemberRemovedDto,
  MembersChangedDto,
  RemoveMemberDto,
  UpdateMemberDto,
} from './dto/change-members.dto.js';
import { ConversationDto } from './dto/conversation.dto.js';
import { ConversationIdDto } from './dto/create-conversation.dto.js';

const recipients = 'all devices of every member';

export const listMembers = read('member.list', ListMembersDto, MemberPageDto, {
  summary: 'The people in a conversation.',
  rest: 'GET /v1/conversations/{conversationId}/members',
  permission: 'any member, host admin',
  errors: [notFound],
});

export const addMembers = command('member.add', AddMembersDto, MembersChangedDto, {
  summary: 'Brings people into a group or channel. They see the history.',
  rest: 'POST /v1/conversations/{conversationId}/members',
  permission: 'owner, admin, host admin',
  errors: [notFound, forbidden, blockedByYou, unavailable, dmNotEditable, conversationFull],
});

export const updateMember = command('member.update', UpdateMemberDto, MembersChangedDto, {
  summary: 'Changes a role, or hands the conversation over.',
  rest: 'PATCH /v1/conversations/{conversationId}/members/{userId}',
  permission: 'owner, host admin',
  errors: [notFound, forbidden, dmNotEditable, lastOwner],
});

export const removeMember = command('member.remove', RemoveMemberDto, MemberRemovedDto, {
  summary: 'Removes somebody, or leaves.',
  rest: 'DELETE /v1/conversations/{conversationId}/members/{userId}',
  permission: 'oneself: any member; members: owner, admin, host admin; admins and owners: owner, host admin',
  errors: [notFound, forbidden, dmNotEditable, lastOwner],
});

export const joinConversation = command('conversation.join', ConversationIdDto, ConversationDto, {
  summary: 'Joins a public channel.',
  rest: 'POST /v1/conversations/{conversationId}/join',
  permission: 'everybody',
  errors: [notFound, conversationFull],
});

export const memberAdded = event('member.added', MembersChangedDto, {
  summary: 'People have come in.',
  recipients: 'all devices of those who were in it before',
  durable: true,
});

export const memberUpdated = event('member.updated', MembersChangedDto, {
  summary: 'Roles have changed.',
  recipients,
  durable: true,
});

export const memberRemoved = event('member.removed', MemberRemovedDto, {
  summary: 'Somebody has left or was removed.',
  recipients,
  durable: true,
});

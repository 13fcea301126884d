import { notFound } from '../../../kernel/errors/base.errors.js';
import { command, event } from '../../../kernel/realtime/contract.js';
import {
  MembershipUpdatedDto,
  ReadStateDto,
  UpdateMembershipDto,
  UpdateReadStateDto,
} from '../dto/membership.dto.js';
import { ReceiptsDto } from '../dto/receipts.dto.js';

const access = { permission: 'member' as const, errors: [notFound] };

export const markConversationRead = command('conversation.read', UpdateReadStateDto, ReadStateDto, {
  summary: 'Moves the read position of the current user forward and clears a mark as unread.',
  rest: 'POST /v1/conversations/{conversationId}/read',
  ...access,
});

export const markConversationDelivered = command('conversation.delivered', UpdateReadStateDto, ReadStateDto, {
  summary: 'Moves the delivered position of the current user forward.',
  rest: 'POST /v1/conversations/{conversationId}/delivered',
  ...access,
});

export const markConversationUnread = command('conversation.unread', UpdateReadStateDto, ReadStateDto, {
  summary: 'Marks the conversation as unread from a seq until the next read. Receipts do not change.',
  rest: 'POST /v1/conversations/{conversationId}/unread',
  ...access,
});

export const updateMembership = command('membership.update', UpdateMembershipDto, MembershipUpdatedDto, {
  summary: 'Mutes, pins or archives a conversation for the current user.',
  rest: 'PATCH /v1/conversations/{conversationId}/membership',
  ...access,
});

export const membershipUpdated = event('membership.updated', MembershipUpdatedDto, {
  summary: 'The membership of the current user has changed: read state, mute, pin or archive.',
  recipients: 'all devices of the user',
  durable: true,
});

export const receiptUpdated = event('receipt.updated', ReceiptsDto, {
  summary:
    'Delivered or read positions of members have changed, in a conversation with the feature `receipts`. Sent at once, then at most once a second.',
  recipients: 'all devices of every member; none in a DM with a contact restriction',
  durable: false,
});

import { Injectable } from '@nestjs/common';
import { v7 as newId } from 'uuid';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { FieldError } from '../../kernel/errors/app-error.js';
import { forbidden } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { UsersService } from '../users/users.service.js';
import { ConversationQueryService } from './conversation-query.service.js';
import { ConversationsAccess } from './conversations.access.js';
import { clientIdReused } from './conversations.errors.js';
import { ConversationsRepository, type DmPair } from './conversations.repository.js';
import type { ConversationDto } from './dto/conversation.dto.js';
import type { CreateConversationDto } from './dto/create-conversation.dto.js';
import { MembersService } from './members/members.service.js';

export interface FoundOrCreated {
  conversation: ConversationDto;
  created: boolean;
}

/** Idempotent creation of conversations: one DM per pair of users or user alone, one group or channel per clientId of its creator. */
@Injectable()
export class ConversationCreationService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly conversations: ConversationsRepository,
    private readonly members: MembersService,
    private readonly conversationQuery: ConversationQueryService,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async createConversation(user: AuthUser, input: CreateConversationDto): Promise<FoundOrCreated> {
    validateFieldsOfType(user, input);
    const { role } = await this.users.requireActive(user);
    if (input.ownerId && role !== 'admin') throw forbidden();
    const { id, created } = await this.unitOfWork.run(() =>
      input.type === 'dm'
        ? this.findOrCreateDm(user, findPeerId(user, input)!, input.clientId)
        : this.findOrCreateGroup(user, input),
    );
    const conversation = input.ownerId
      ? await this.conversationQuery.getConversationForHostAdmin(user.userId, id)
      : await this.conversationQuery.getConversationForMember(user.userId, id);
    return { conversation, created: created || input.type !== 'dm' };
  }

  private async findOrCreateDm(
    user: AuthUser,
    peerId: string,
    clientId?: string,
  ): Promise<{ id: string; created: boolean }> {
    const pair = toDmPair(user.userId, peerId);
    // The clientId is looked up first: a DM that it created concurrently is then found by the second lookup.
    const sameClientId = clientId ? await this.conversations.findByClientId(user.userId, clientId) : null;
    const existingId = await this.conversationQuery.findDirectMessageId(user.userId, peerId);
    if (existingId) return { id: existingId, created: false };
    if (sameClientId) throw clientIdReused();

    await this.access.requireContacts(user, [peerId]);
    const id = newId();
    if (!(await this.conversations.insertDirectMessage(id, user.userId, pair, clientId)))
      return { id: (await this.conversationQuery.findDirectMessageId(user.userId, peerId))!, created: false };
    await this.members.addInitialMembers(
      id,
      [...new Set([pair.low, pair.high])].map((userId) => ({ userId, role: 'member' })),
    );
    return { id, created: true };
  }

  private async findOrCreateGroup(
    user: AuthUser,
    input: CreateConversationDto,
  ): Promise<{ id: string; created: boolean }> {
    const { type, memberIds = [], ownerId = user.userId, clientId, ...fields } = input;
    const existing = clientId ? await this.conversations.findByClientId(user.userId, clientId) : null;
    if (existing && existing.type !== type) throw clientIdReused();
    if (existing) return { id: existing.id, created: false };

    const otherIds = memberIds.filter((userId) => userId !== ownerId);
    this.access.requireCapacity(otherIds.length + 1);
    const contactIds = [...otherIds, ownerId].filter((userId) => userId !== user.userId);
    await this.access.requireContacts(user, contactIds, { asHostAdmin: input.ownerId !== undefined });
    const id = newId();
    await this.conversations.insertConversation({ id, type, createdBy: user.userId, clientId, ...fields });
    await this.members.addInitialMembers(id, [
      { userId: ownerId, role: 'owner' },
      ...otherIds.map((userId) => ({ userId, role: 'member' as const })),
    ]);
    await this.members.requireActiveOwner(ownerId);
    return { id, created: true };
  }
}

/** Validates the fields that depend on the type of the conversation. */
function validateFieldsOfType(user: AuthUser, input: CreateConversationDto): void {
  const { type, memberIds = [], title, isPrivate } = input;
  const errors: FieldError[] = [];
  if (type === 'dm') {
    for (const field of ['title', 'description', 'avatarUrl', 'ownerId'] as const)
      if (input[field] !== undefined) errors.push({ field, code: 'not_allowed_for_type' });
    if (memberIds.length === 0) errors.push({ field: 'memberIds', code: 'too_few' });
    else if (!findPeerId(user, input)) errors.push({ field: 'memberIds', code: 'too_many' });
  }
  if (type !== 'channel' && isPrivate === false)
    errors.push({ field: 'isPrivate', code: 'not_allowed_for_type' });
  if (type === 'channel' && title === undefined) errors.push({ field: 'title', code: 'required' });
  if (errors.length > 0) throw validationError(errors);
}

/** The single other member of a DM, or the current user if it is the only member. Undefined for several others. */
function findPeerId({ userId }: AuthUser, { memberIds = [] }: CreateConversationDto): string | undefined {
  const otherIds = memberIds.filter((id) => id !== userId);
  return otherIds.length > 1 ? undefined : (otherIds[0] ?? userId);
}

function toDmPair(one: string, other: string): DmPair {
  return one < other ? { low: one, high: other } : { low: other, high: one };
}

import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { forbidden } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { toMembers, toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { UsersService } from '../users/users.service.js';
import { ConversationsAccess } from './conversations.access.js';
import { conversationRemoved, conversationUpdated } from './conversations.contract.js';
import { ConversationsRepository } from './conversations.repository.js';
import { DirectMessagesService } from './direct-messages.service.js';
import type { ConversationDto, ConversationStateDto } from './dto/conversation.dto.js';
import type { ConversationIdDto, CreateConversationDto } from './dto/create-conversation.dto.js';
import type { UpdateConversationDto } from './dto/update-conversation.dto.js';
import { GroupsService } from './groups.service.js';
import { MembersRepository } from './members.repository.js';
import { NewcomersService } from './newcomers.service.js';
import { ConversationQueryService } from './conversation-query.service.js';

export interface FoundOrCreated {
  conversation: ConversationDto;
  created: boolean;
}

/** Where people talk: how a conversation begins, changes and ends. */
@Injectable()
export class ConversationsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly conversations: ConversationsRepository,
    private readonly directMessages: DirectMessagesService,
    private readonly groups: GroupsService,
    private readonly members: MembersRepository,
    private readonly newcomers: NewcomersService,
    private readonly views: ConversationQueryService,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
    private readonly publisher: Publisher,
  ) {}

  async create(user: AuthUser, input: CreateConversationDto): Promise<FoundOrCreated> {
    requireSense(user, input);
    const { role } = await this.users.requireActive(user);
    if (input.ownerId && role !== 'admin') throw forbidden();
    const { id, created } = await this.unitOfWork.run(async () => {
      const found = await (input.type === 'dm'
        ? this.directMessages.findOrCreate(user, input.memberIds![0]!, input.clientId)
        : this.groups.findOrCreate(user, input));
      if (found.created) {
        this.publisher.seedMembers(found.id, found.people);
        await this.newcomers.publishJoined(found.people, found.id);
      }
      return found;
    });
    const conversation = input.ownerId
      ? await this.views.forAdmin(user.userId, id)
      : await this.views.get(user.userId, id);
    return { conversation, created: created || input.type !== 'dm' };
  }

  async get(user: AuthUser, { conversationId }: ConversationIdDto): Promise<ConversationDto> {
    await this.access.requireMember(user, conversationId);
    return this.views.get(user.userId, conversationId);
  }

  update(
    user: AuthUser,
    { conversationId, ...change }: UpdateConversationDto,
  ): Promise<ConversationStateDto> {
    return this.unitOfWork.run(async () => {
      const { type } = await this.access.lockAndAuthorize(user, conversationId, 'conversation.update');
      if (type !== 'channel' && change.isPrivate === false)
        throw validationError([{ field: 'isPrivate', code: 'not_allowed_for_type' }]);
      if (type === 'channel' && change.title === null)
        throw validationError([{ field: 'title', code: 'required' }]);
      const membersVersion = await this.conversations.update(conversationId, change);
      const state = await this.views.getState(conversationId);
      if (membersVersion)
        this.publisher.publish(conversationUpdated, state, toMembers(conversationId, membersVersion));
      return state;
    });
  }

  /** For everybody, and for good. */
  delete(user: AuthUser, { conversationId }: ConversationIdDto): Promise<ConversationIdDto> {
    return this.unitOfWork.run(async () => {
      await this.access.lockAndAuthorize(user, conversationId, 'conversation.delete');
      const members = await this.members.bumpAll(conversationId);
      const { version } = await this.members.changed(conversationId);
      await this.conversations.delete(conversationId);
      for (const { user_id, account_version } of members)
        this.publisher.publish(
          conversationRemoved,
          { conversationId, version, accountVersion: account_version },
          toUsers(user_id),
        );
      return { conversationId };
    });
  }
}

/** What each type of conversation takes. */
function requireSense({ userId }: AuthUser, input: CreateConversationDto): void {
  const { type, memberIds = [], title, isPrivate } = input;
  const wrong: { field: string; code: string }[] = [];
  if (type === 'dm') {
    for (const field of ['title', 'description', 'avatarUrl', 'ownerId'] as const)
      if (input[field] !== undefined) wrong.push({ field, code: 'not_allowed_for_type' });
    if (memberIds.length === 0) wrong.push({ field: 'memberIds', code: 'too_few' });
    if (memberIds.length > 1) wrong.push({ field: 'memberIds', code: 'too_many' });
    if (memberIds[0] === userId) wrong.push({ field: 'memberIds', code: 'self_not_allowed' });
  }
  if (type !== 'channel' && isPrivate === false)
    wrong.push({ field: 'isPrivate', code: 'not_allowed_for_type' });
  if (type === 'channel' && title === undefined) wrong.push({ field: 'title', code: 'required' });
  if (wrong.length > 0) throw validationError(wrong);
}

import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import { notFound } from '../../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { toUsers } from '../../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { validationError } from '../../../kernel/validation/validation-error.js';
import { unavailable } from '../../blocks/blocks.errors.js';
import { ConversationQueryService } from '../conversation-query.service.js';
import { ConversationsAccess } from '../conversations.access.js';
import { conversationNew } from '../conversations.contract.js';
import { lastOwner } from '../conversations.errors.js';
import type { ConversationDto } from '../dto/conversation.dto.js';
import type { ConversationIdDto } from '../dto/create-conversation.dto.js';
import type {
  AddMembersDto,
  ListMembersDto,
  MemberPageDto,
  MembersChangedDto,
  UpdateMemberDto,
} from '../dto/member.dto.js';
import { MemberChangesService } from './member-changes.service.js';
import { memberAdded, memberUpdated } from './members.contract.js';
import { MembersRepository, type NewMember } from './members.repository.js';

/** Members of groups and channels and their roles. Every change locks the conversation before its checks. */
@Injectable()
export class MembersService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly members: MembersRepository,
    private readonly memberChanges: MemberChangesService,
    private readonly conversationQuery: ConversationQueryService,
    private readonly access: ConversationsAccess,
    private readonly publisher: Publisher,
  ) {}

  async listMembers(user: AuthUser, query: ListMembersDto): Promise<MemberPageDto> {
    await this.access.authorizeMemberList(user, query.conversationId);
    return this.conversationQuery.listMembers(query);
  }

  addMembers(user: AuthUser, { conversationId, userIds }: AddMembersDto): Promise<MembersChangedDto> {
    return this.unitOfWork.run(async () => {
      const { role } = await this.access.lockAndAuthorize(user, conversationId, 'member.add');
      const existing = await this.members.findMembers(conversationId, userIds);
      const existingIds = new Set(existing.map(({ user_id }) => user_id));
      const addedIds = userIds.filter((userId) => !existingIds.has(userId));
      await this.access.requireContacts(
        user,
        addedIds.filter((userId) => userId !== user.userId),
        { asHostAdmin: role === 'host_admin' },
      );
      await this.insertMembers(conversationId, addedIds);
      const members = await this.members.findMembers(conversationId, userIds);
      const state = await this.members.getMembersState(conversationId);
      return this.memberChanges.toMembersChanged(conversationId, state, members);
    });
  }

  /** Joins a public channel without an invitation. */
  joinConversation(user: AuthUser, { conversationId }: ConversationIdDto): Promise<ConversationDto> {
    return this.unitOfWork.run(async () => {
      const { isMember } = await this.access.lockAndAuthorizeJoin(user, conversationId);
      if (!isMember) await this.insertMembers(conversationId, [user.userId]);
      return this.conversationQuery.getConversationForMember(user.userId, conversationId);
    });
  }

  updateMember(
    user: AuthUser,
    { conversationId, userId, role, transferOwnership = false }: UpdateMemberDto,
  ): Promise<MembersChangedDto> {
    return this.unitOfWork.run(async () => {
      const actor = await this.access.lockAndAuthorize(user, conversationId, 'member.update');
      if (transferOwnership && (role !== 'owner' || userId === user.userId || actor.role !== 'owner'))
        throw validationError([{ field: 'transferOwnership', code: 'owner_transfer_only' }]);
      const member = await this.members.findMember(conversationId, userId);
      if (!member) throw notFound();
      if (member.role === role && !transferOwnership) {
        const state = await this.members.getMembersState(conversationId);
        return this.memberChanges.toMembersChanged(conversationId, state, [member]);
      }

      if (member.role === 'owner' && !(await this.members.hasOtherActiveOwner(conversationId, userId)))
        throw lastOwner();
      const changes: NewMember[] = [{ userId, role }];
      if (transferOwnership) changes.push({ userId: user.userId, role: 'admin' });
      await this.members.updateMemberRoles(conversationId, changes);
      if (role === 'owner') await this.requireActiveOwner(userId);
      const changedIds = changes.map((change) => change.userId);
      return this.memberChanges.publishChanged(memberUpdated, conversationId, changedIds);
    });
  }

  /** Members of a conversation that the current unit of work has created. */
  async addInitialMembers(conversationId: string, members: readonly NewMember[]): Promise<void> {
    const userIds = members.map(({ userId }) => userId);
    await this.members.insertMembers(conversationId, members);
    this.publisher.seedMembers(conversationId, userIds);
    await this.publishJoined(conversationId, userIds);
  }

  /** Publishes the whole conversation to its new members, each with its own membership. */
  async publishJoined(conversationId: string, userIds: readonly string[]): Promise<void> {
    const conversations = await this.conversationQuery.findConversationForMembers(userIds, conversationId);
    for (const [userId, conversation] of conversations)
      if (userId) this.publisher.publish(conversationNew, conversation, toUsers(userId));
  }

  /** The existing members receive the new members, the new members the whole conversation. */
  private async insertMembers(conversationId: string, userIds: readonly string[]): Promise<void> {
    if (userIds.length === 0) return;
    const { member_count: memberCount } = await this.members.getMembersState(conversationId);
    this.access.requireCapacity(memberCount + userIds.length);
    await this.members.insertMembers(
      conversationId,
      userIds.map((userId) => ({ userId, role: 'member' })),
    );
    await this.memberChanges.publishChanged(memberAdded, conversationId, userIds, userIds);
    await this.memberChanges.enqueueHandover(conversationId);
    await this.publishJoined(conversationId, userIds);
  }

  /** Called after the write, which locks the user: a deactivation afterwards hands its conversations over. */
  async requireActiveOwner(userId: string): Promise<void> {
    if (!(await this.members.isActiveUser(userId))) throw unavailable();
  }
}

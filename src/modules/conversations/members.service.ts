import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { forbidden, notFound, unauthenticated } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { afterId, pageOf } from '../../kernel/paging/page.js';
import { toMembers, toUsers } from '../../kernel/realtime/recipient-resolver.js';
import type { Event } from '../../kernel/realtime/contract.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { validationError } from '../../kernel/validation/validation-error.js';
import { UsersService } from '../users/users.service.js';
import { ConversationsAccess } from './conversations.access.js';
import { conversationRemoved } from './conversations.contract.js';
import { conversationFull, lastOwner } from './conversations.errors.js';
import { canManage } from './conversations.permissions.js';
import { ConversationsRepository } from './conversations.repository.js';
import type {
  AddMembersDto,
  ListMembersDto,
  MemberPageDto,
  MemberRemovedDto,
  MembersChangedDto,
  RemoveMemberDto,
  UpdateMemberDto,
} from './dto/change-members.dto.js';
import type { ConversationDto } from './dto/conversation.dto.js';
import type { ConversationIdDto } from './dto/create-conversation.dto.js';
import { FeaturesDto } from './dto/features.dto.js';
import { MemberDto, type MemberRow } from './dto/member.dto.js';
import { memberAdded, memberRemoved, memberUpdated } from './members.contract.js';
import { MembersRepository, type MembersState } from './members.repository.js';
import { NewcomersService } from './newcomers.service.js';
import { ConversationQueryService } from './conversation-query.service.js';

/** Who is in a group or channel, and in what role. Every change locks the conversation first, then looks. */
@Injectable()
export class MembersService {
  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly members: MembersRepository,
    private readonly conversations: ConversationsRepository,
    private readonly newcomers: NewcomersService,
    private readonly views: ConversationQueryService,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
    private readonly publisher: Publisher,
  ) {}

  async list(
    user: AuthUser,
    { conversationId, cursor, limit = 100 }: ListMembersDto,
  ): Promise<MemberPageDto> {
    await this.access.authorizeMemberList(user, conversationId);
    const rows = await this.members.page(conversationId, afterId(cursor), limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, ({ user_id }) => [user_id]);
    return {
      items: page.map((row) => MemberDto.from(row)),
      nextCursor,
      users: await this.users.findSummaries(page.map(({ user_id }) => user_id)),
    };
  }

  add(user: AuthUser, { conversationId, userIds }: AddMembersDto): Promise<MembersChangedDto> {
    return this.unitOfWork.run(async () => {
      const { role } = await this.access.lockAndAuthorize(user, conversationId, 'member.add');
      const known = new Set(
        (await this.members.findMemberIds(conversationId, userIds)).map(({ user_id }) => user_id),
      );
      const newcomers = userIds.filter((userId) => !known.has(userId));
      await this.access.requireContacts(
        user,
        newcomers.filter((userId) => userId !== user.userId),
        { asHost: role === 'host' },
      );
      await this.bringIn(conversationId, newcomers);
      const members = await this.members.findMemberIds(conversationId, userIds);
      return this.describe(conversationId, await this.members.state(conversationId), members);
    });
  }

  /** Into a public channel, by oneself. */
  join(user: AuthUser, { conversationId }: ConversationIdDto): Promise<ConversationDto> {
    return this.unitOfWork.run(async () => {
      await this.conversations.lock(conversationId);
      const door = await this.conversations.findJoinRule(conversationId, user.userId);
      if (door && !door.is_active) throw unauthenticated();
      const [member] = await this.members.findMemberIds(conversationId, [user.userId]);
      if (!member && !door?.is_open) throw notFound();
      if (!member) await this.bringIn(conversationId, [user.userId]);
      return this.views.get(user.userId, conversationId);
    });
  }

  update(
    user: AuthUser,
    { conversationId, userId, role, transferOwnership = false }: UpdateMemberDto,
  ): Promise<MembersChangedDto> {
    return this.unitOfWork.run(async () => {
      const standing = await this.access.lockAndAuthorize(user, conversationId, 'member.update');
      if (transferOwnership && (role !== 'owner' || userId === user.userId || standing.role !== 'owner'))
        throw validationError([{ field: 'transferOwnership', code: 'owner_transfer_only' }]);
      const member = await this.members.find(conversationId, userId);
      if (!member) throw notFound();
      const wanted = [{ userId, role }];
      if (transferOwnership) wanted.push({ userId: user.userId, role: 'admin' });
      const concerned = wanted.map((change) => change.userId);
      if (member.role === role && !transferOwnership)
        return this.describe(conversationId, await this.members.state(conversationId), [member]);

      if (member.role === 'owner') await this.requireOtherOwner(conversationId, userId);
      await this.members.setRoles(conversationId, wanted);
      return this.publishChanged(memberUpdated, conversationId, concerned);
    });
  }

  /** Out of it, by somebody who may, or by themselves. */
  remove(user: AuthUser, { conversationId, userId: ref }: RemoveMemberDto): Promise<MemberRemovedDto> {
    const userId = ref === 'me' ? user.userId : ref;
    return this.unitOfWork.run(async () => {
      const isLeaving = userId === user.userId;
      const action = isLeaving ? 'member.leave' : 'member.remove';
      const { role } = await this.access.lockAndAuthorize(user, conversationId, action);
      const member = await this.members.find(conversationId, userId);
      if (!member) throw notFound();
      if (!isLeaving && !canManage(role, member.role)) throw forbidden();
      if (member.role === 'owner') await this.requireOtherOwner(conversationId, userId);

      const accountVersion = await this.members.remove(conversationId, userId);
      const {
        version,
        member_count: memberCount,
        members_version_before,
      } = await this.members.changed(conversationId);
      const features = FeaturesDto.of(memberCount, this.config);
      const removed = { conversationId, version, memberCount, features, userId };
      const change = { from: members_version_before, removed: [userId] };
      this.publisher.publish(memberRemoved, removed, toMembers(conversationId, version, change));
      this.publisher.publish(
        conversationRemoved,
        { conversationId, version, accountVersion },
        toUsers(userId),
      );
      return removed;
    });
  }

  private async requireOtherOwner(conversationId: string, userId: string): Promise<void> {
    if (!(await this.members.hasOwnerBeside(conversationId, userId))) throw lastOwner();
  }

  /** The newcomers hear of the whole conversation, the others of the newcomers. */
  private async bringIn(conversationId: string, userIds: readonly string[]): Promise<void> {
    if (userIds.length === 0) return;
    const { member_count: count } = await this.members.state(conversationId);
    if (count + userIds.length > this.config.maxGroupMembers) throw conversationFull();
    await this.members.add(
      conversationId,
      userIds.map((userId) => ({ userId, role: 'member' })),
    );
    await this.publishChanged(memberAdded, conversationId, userIds, userIds);
    await this.newcomers.publishJoined(userIds, conversationId);
  }

  private async publishChanged(
    event: Event<MembersChangedDto>,
    conversationId: string,
    userIds: readonly string[],
    added: readonly string[] = [],
  ): Promise<MembersChangedDto> {
    const state = await this.members.changed(conversationId);
    const members = await this.members.findMemberIds(conversationId, userIds);
    const changed = await this.describe(conversationId, state, members);
    const change = { from: state.members_version_before, added };
    this.publisher.publish(event, changed, toMembers(conversationId, state.version, change));
    return changed;
  }

  private async describe(
    conversationId: string,
    { version, member_count: memberCount }: MembersState,
    rows: MemberRow[],
  ): Promise<MembersChangedDto> {
    const users = await this.users.findSummaries(rows.map(({ user_id }) => user_id));
    const features = FeaturesDto.of(memberCount, this.config);
    const members = rows.map((row) => MemberDto.from(row));
    return { conversationId, version, memberCount, features, members, users };
  }
}

import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import { forbidden, notFound } from '../../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { ConversationDeletionService } from '../conversation-deletion.service.js';
import { ConversationsAccess } from '../conversations.access.js';
import { lastOwner } from '../conversations.errors.js';
import { canManage } from '../conversations.permissions.js';
import type { MemberRemovedDto, RemoveMemberDto } from '../dto/member.dto.js';
import { MemberChangesService } from './member-changes.service.js';
import { MembersRepository } from './members.repository.js';

/** Removal of members and leaving. A conversation keeps an active owner, and ends with its only active member. */
@Injectable()
export class MemberRemovalService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly members: MembersRepository,
    private readonly memberChanges: MemberChangesService,
    private readonly access: ConversationsAccess,
    private readonly deletion: ConversationDeletionService,
  ) {}

  /** Removes another member, or the current user (`me`). */
  removeMember(
    user: AuthUser,
    { conversationId, userId: userRef }: RemoveMemberDto,
  ): Promise<MemberRemovedDto> {
    const userId = userRef === 'me' ? user.userId : userRef;
    return this.unitOfWork.run(async () => {
      const isLeaving = userId === user.userId;
      const action = isLeaving ? 'member.leave' : 'member.remove';
      const { role } = await this.access.lockAndAuthorize(user, conversationId, action);
      const member = await this.members.findMember(conversationId, userId);
      if (!member) throw notFound();
      if (!isLeaving && !canManage(role, member.role)) throw forbidden();
      if (isLeaving && !(await this.members.hasOtherActiveMember(conversationId, userId))) {
        await this.deletion.deleteLocked(conversationId);
        const { version } = await this.members.getMembersState(conversationId);
        return this.memberChanges.toMemberRemoved(conversationId, { version, member_count: 0 }, userId);
      }

      if (member.role === 'owner' && !(await this.members.hasOtherActiveOwner(conversationId, userId)))
        throw lastOwner();
      const accountVersion = await this.members.deleteMember(conversationId, userId);
      return this.memberChanges.publishRemoved(conversationId, userId, accountVersion);
    });
  }
}

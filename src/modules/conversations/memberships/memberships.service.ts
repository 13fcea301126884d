import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { toUsers } from '../../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { AccountVersionService } from '../../users/account-version.service.js';
import { ConversationQueryService } from '../conversation-query.service.js';
import { ConversationsAccess } from '../conversations.access.js';
import type { MembershipUpdatedDto, UpdateMembershipDto } from '../dto/membership.dto.js';
import { membershipUpdated } from './memberships.contract.js';
import { MembershipsRepository } from './memberships.repository.js';

/** Membership of the current user: mute, pin and archive. The read state is in ReadStateService. */
@Injectable()
export class MembershipsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly memberships: MembershipsRepository,
    private readonly conversationQuery: ConversationQueryService,
    private readonly access: ConversationsAccess,
    private readonly accountVersions: AccountVersionService,
    private readonly publisher: Publisher,
  ) {}

  /** Counts a change of the unread counts by a message that the user has hidden, and publishes it. The user is locked. */
  async publishHiddenMessage(userId: string, conversationId: string, seq: number): Promise<void> {
    if (!(await this.memberships.incrementIfUnread(userId, conversationId, seq))) return;
    const membership = await this.conversationQuery.getMembership(userId, conversationId);
    this.publisher.publish(membershipUpdated, membership, toUsers(userId));
  }

  updateMembership(
    user: AuthUser,
    { conversationId, ...change }: UpdateMembershipDto,
  ): Promise<MembershipUpdatedDto> {
    return this.unitOfWork.run(async () => {
      await this.accountVersions.lockUser(user.userId);
      await this.access.requireMember(user, conversationId);
      const isChanged = await this.memberships.updateMembershipRow(conversationId, user.userId, change);
      const membership = await this.conversationQuery.getMembership(user.userId, conversationId);
      if (isChanged) this.publisher.publish(membershipUpdated, membership, toUsers(user.userId));
      return membership;
    });
  }
}

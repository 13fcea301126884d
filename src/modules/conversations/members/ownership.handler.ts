import { Injectable } from '@nestjs/common';
import { Jobs } from '../../../kernel/jobs/jobs.js';
import { userDeactivated } from '../../users/users.service.js';
import { ConversationsAccess } from '../conversations.access.js';
import { MemberChangesService } from './member-changes.service.js';
import { memberUpdated } from './members.contract.js';
import { MembersRepository, type NewMember } from './members.repository.js';

/** Hands the conversations of a deactivated user without another active owner over to an active member. */
@Injectable()
export class OwnershipHandler {
  constructor(
    private readonly members: MembersRepository,
    private readonly memberChanges: MemberChangesService,
    private readonly access: ConversationsAccess,
    private readonly jobs: Jobs,
  ) {
    jobs.registerHandler(userDeactivated, ({ userId, conversationId }) =>
      conversationId ? this.handOverConversation(conversationId, userId) : this.enqueueOwned(userId),
    );
  }

  /** One job a conversation, so that no transaction locks several of them. */
  private async enqueueOwned(userId: string): Promise<void> {
    for (const conversationId of await this.members.listOwnedByInactive(userId))
      await this.jobs.enqueue(userDeactivated, { userId, conversationId }, `${userId}/${conversationId}`);
  }

  private async handOverConversation(conversationId: string, userId: string): Promise<void> {
    await this.access.lock(conversationId);
    const member = await this.members.findMember(conversationId, userId);
    if (member?.role !== 'owner' || (await this.members.isActiveUser(userId))) return;
    if (await this.members.hasOtherActiveOwner(conversationId, userId)) return;
    const successorId = await this.members.findSuccessor(conversationId);
    if (!successorId) return;
    const changes: NewMember[] = [
      { userId: successorId, role: 'owner' },
      { userId, role: 'admin' },
    ];
    await this.members.updateMemberRoles(conversationId, changes);
    if (!(await this.members.isActiveUser(successorId)))
      throw new Error('The new owner was deactivated meanwhile.'); // the job is repeated
    const changedIds = changes.map((change) => change.userId);
    await this.memberChanges.publishChanged(memberUpdated, conversationId, changedIds);
  }
}

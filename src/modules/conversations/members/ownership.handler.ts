import { Injectable } from '@nestjs/common';
import { Jobs } from '../../../kernel/jobs/jobs.js';
import { userActivated, userDeactivated } from '../../users/users.service.js';
import { ConversationsAccess } from '../conversations.access.js';
import { handOverJob, MemberChangesService } from './member-changes.service.js';
import { memberUpdated } from './members.contract.js';
import { MembersRepository, type NewMember } from './members.repository.js';

/**
 * Hands conversations without an active owner over to an active member: after the deactivation of an owner, and, if no
 * member was active then, after the activation or addition of a member.
 */
@Injectable()
export class OwnershipHandler {
  constructor(
    private readonly members: MembersRepository,
    private readonly memberChanges: MemberChangesService,
    private readonly access: ConversationsAccess,
    private readonly jobs: Jobs,
  ) {
    jobs.registerHandler(userDeactivated, async ({ userId }) =>
      this.enqueueAll(await this.members.listOwnedByInactive(userId)),
    );
    jobs.registerHandler(userActivated, async ({ userId }) =>
      this.enqueueAll(await this.members.listWithoutActiveOwner(userId)),
    );
    jobs.registerHandler(handOverJob, ({ conversationId }) => this.handOverConversation(conversationId));
  }

  /** One job a conversation, so that no transaction locks several of them. */
  private async enqueueAll(conversationIds: readonly string[]): Promise<void> {
    for (const conversationId of conversationIds)
      await this.jobs.enqueue(handOverJob, { conversationId }, conversationId);
  }

  /** The inactive owners become admins. */
  private async handOverConversation(conversationId: string): Promise<void> {
    await this.access.lock(conversationId);
    if (await this.members.hasActiveOwner(conversationId)) return;
    const successorId = await this.members.findSuccessor(conversationId);
    if (!successorId) return;
    const inactiveOwnerIds = await this.members.listOwnerIds(conversationId);
    const changes: NewMember[] = [
      { userId: successorId, role: 'owner' },
      ...inactiveOwnerIds.map((userId): NewMember => ({ userId, role: 'admin' })),
    ];
    await this.members.updateMemberRoles(conversationId, changes);
    if (!(await this.members.isActiveUser(successorId)))
      throw new Error('The new owner was deactivated meanwhile.'); // the job is repeated
    const changedIds = changes.map(({ userId }) => userId);
    await this.memberChanges.publishChanged(memberUpdated, conversationId, changedIds);
  }
}

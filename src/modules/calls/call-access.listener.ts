import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { blockUpdated } from '../blocks/blocks.contract.js';
import { ConversationDeletionService } from '../conversations/conversation-deletion.service.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { memberRemoved } from '../conversations/members/members.contract.js';
import { accountUpdated } from '../users/users.contract.js';
import { CallsRepository, type LockedCall } from './calls.repository.js';
import { declineCall, endCall, findParticipant, removeParticipant } from './call-state-machine.js';
import { CallTransitionsService, isVisibleTo } from './call-transitions.service.js';

/**
 * Ends participation after a removal from the conversation, a deactivation or a block, and calls with their conversation.
 * If an event is lost, the device lease of the user is not renewed, which has the same effect later.
 */
@Injectable()
export class CallAccessListener {
  private readonly logger = new Logger(CallAccessListener.name);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly transitions: CallTransitionsService,
    deletions: ConversationDeletionService,
    publisher: Publisher,
  ) {
    deletions.onDelete((conversationId) => this.endDeletedCall(conversationId));
    publisher.on(memberRemoved, ({ conversationId, userId }) => {
      void this.runLogged([conversationId], (live) => this.removeFromCall(live, userId));
    });
    publisher.on(accountUpdated, ({ id: userId, isActive }) => {
      if (!isActive)
        void this.runLogged(calls.listConversationsWithLiveCall(userId), (live) =>
          this.removeFromCall(live, userId),
        );
    });
    publisher.on(blockUpdated, ({ userId, blocked }, target) => {
      if (!blocked || !('userIds' in target)) return;
      const [blockerId] = target.userIds as [string];
      void this.runLogged(calls.listConversationsWithLiveCall(blockerId, userId), (live) =>
        this.endContact(live, blockerId, userId),
      );
    });
  }

  private async removeFromCall({ call, now }: LockedCall, userId: string): Promise<void> {
    if (!isVisibleTo(call, userId)) return;
    await this.transitions.applyTransition(call, removeParticipant(call, userId, now), userId);
  }

  /**
   * A ringing callee that blocks the caller declines, which reveals no block. A call in a DM ends otherwise; in a group a callee
   * blocked by the caller stops ringing.
   */
  private async endContact({ call, now }: LockedCall, blockerId: string, blockedId: string): Promise<void> {
    if (!isVisibleTo(call, blockerId)) return;
    const isRinging = (userId: string): boolean => findParticipant(call, userId)?.state === 'ringing';
    const isCaller = call.created_by === blockerId;
    let after = call;
    if (call.created_by === blockedId && isRinging(blockerId)) after = declineCall(call, blockerId, now);
    else if (call.is_dm) after = endCall(call, now);
    else if (isCaller && isRinging(blockedId)) after = removeParticipant(call, blockedId, now);
    await this.transitions.applyTransition(call, after, blockerId);
  }

  /** Runs inside the unit of work that deletes the conversation. */
  private async endDeletedCall(conversationId: string): Promise<void> {
    const live = await this.calls.findLiveCall(conversationId);
    if (live) await this.transitions.endWithConversation(live.call, endCall(live.call, live.now));
  }

  /** Runs the work for the live call of each of the conversations, locked, in a unit of work of its own. */
  private async runLogged(
    conversationIds: readonly string[] | Promise<readonly string[]>,
    work: (live: LockedCall) => Promise<void>,
  ): Promise<void> {
    try {
      for (const conversationId of await conversationIds)
        await this.unitOfWork.run(async () => {
          await this.access.lock(conversationId);
          const live = await this.calls.findLiveCall(conversationId);
          if (live) await work(live);
        });
    } catch (error) {
      this.logger.warn(`Call participation not ended, until its lease expires: ${(error as Error).name}`);
    }
  }
}

import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { blockUpdated } from '../blocks/blocks.contract.js';
import { ConversationQueryService } from '../conversations/conversation-query.service.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { memberRemoved } from '../conversations/members/members.contract.js';
import { CallsRepository, type LockedCall } from './calls.repository.js';
import { endCall, removeParticipant } from './call-state-machine.js';
import { CallTransitionsService } from './call-transitions.service.js';

/**
 * Ends participation after a removal from the conversation or a block in a DM. If an event is lost, the device lease of the
 * user is not renewed, which has the same effect later.
 */
@Injectable()
export class CallAccessListener {
  private readonly logger = new Logger(CallAccessListener.name);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly conversationQuery: ConversationQueryService,
    private readonly transitions: CallTransitionsService,
    publisher: Publisher,
  ) {
    publisher.on(memberRemoved, ({ conversationId, userId }) => {
      void this.runLogged(() => this.removeFromCall(conversationId, userId));
    });
    publisher.on(blockUpdated, ({ userId, blocked }, target) => {
      if (!blocked || !('userIds' in target)) return;
      const [blockerId] = target.userIds as [string];
      void this.runLogged(() => this.endCallOfBlockedPair(blockerId, userId));
    });
  }

  private async removeFromCall(conversationId: string, userId: string): Promise<void> {
    const live = await this.lockLiveCall(conversationId);
    if (live)
      await this.transitions.applyTransition(
        live.call,
        removeParticipant(live.call, userId, live.now),
        userId,
      );
  }

  /**
   * A call that rings for the blocker rings on for the caller only, because a block must look like a missed answer.
   */
  private async endCallOfBlockedPair(blockerId: string, blockedId: string): Promise<void> {
    const conversationId = await this.conversationQuery.findDirectMessageId(blockerId, blockedId);
    const live = conversationId && (await this.lockLiveCall(conversationId));
    if (!live) return;
    const { call, now } = live;
    const endsForBoth = call.state === 'active' || call.created_by === blockerId;
    if (endsForBoth) await this.transitions.applyTransition(call, endCall(call, now), blockerId);
    else this.transitions.stopRinging(call, blockerId);
  }

  private async lockLiveCall(conversationId: string): Promise<LockedCall | null> {
    await this.access.lock(conversationId);
    return this.calls.findLiveCall(conversationId);
  }

  private async runLogged(work: () => Promise<void>): Promise<void> {
    try {
      await this.unitOfWork.run(work);
    } catch (error) {
      this.logger.warn(`Call participation not ended, until its lease expires: ${(error as Error).name}`);
    }
  }
}

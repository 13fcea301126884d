import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { blockUpdated } from '../blocks/blocks.contract.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { memberRemoved } from '../conversations/members.contract.js';
import { CallsRepository, type LockedCall } from './calls.repository.js';
import { end, removeParticipant } from './call-state-machine.js';
import { CallTransitionsService } from './call-transitions.service.js';

/**
 * Calls hear of what parts people: somebody is removed, or blocks the other one of a DM. Should that get lost, no lease of
 * theirs is renewed, which comes to the same.
 */
@Injectable()
export class CallAccessListener {
  private readonly logger = new Logger(CallAccessListener.name);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly steps: CallTransitionsService,
    publisher: Publisher,
  ) {
    publisher.on(memberRemoved, ({ conversationId, userId }) => {
      void this.whenPossible(() => this.expel(conversationId, userId));
    });
    publisher.on(blockUpdated, ({ userId, blocked }, target) => {
      if (!blocked || !('userIds' in target)) return;
      const [blockerId] = target.userIds as [string];
      void this.whenPossible(() => this.part(blockerId, userId));
    });
  }

  private async expel(conversationId: string, userId: string): Promise<void> {
    const live = await this.lockLive(conversationId);
    if (live) await this.steps.apply(live.call, removeParticipant(live.call, userId, live.now), userId);
  }

  /**
   * A call that rings for who blocks its caller rings on for the caller alone: a block must not be told from somebody who
   * does not answer.
   */
  private async part(blockerId: string, blockedId: string): Promise<void> {
    const conversationId = await this.calls.findDm(blockerId, blockedId);
    const live = conversationId && (await this.lockLive(conversationId));
    if (!live) return;
    const { call, now } = live;
    const isTheirs = call.state === 'active' || call.created_by === blockerId;
    if (isTheirs) await this.steps.apply(call, end(call, now), blockerId);
    else this.steps.stopRinging(call, blockerId);
  }

  private async lockLive(conversationId: string): Promise<LockedCall | null> {
    await this.access.lock(conversationId);
    return this.calls.findLive(conversationId);
  }

  private async whenPossible(work: () => Promise<void>): Promise<void> {
    try {
      await this.unitOfWork.run(work);
    } catch (error) {
      this.logger.warn(`A call goes on until a lease ends: ${(error as Error).name}`);
    }
  }
}

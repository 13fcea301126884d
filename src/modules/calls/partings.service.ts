import { Injectable, Logger } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { blockUpdated } from '../blocks/blocks.contract.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { memberRemoved } from '../conversations/members.contract.js';
import { CallsRepository, type LockedCall } from './calls.repository.js';
import { end, expel, ringOut } from './course.js';
import type { WholeCall } from './dto/call.dto.js';
import { StepsService } from './steps.service.js';

/**
 * Calls hear of what parts people: somebody is removed, or blocks the other one of a DM. Should that get lost, no lease of
 * theirs is renewed, which comes to the same.
 */
@Injectable()
export class PartingsService {
  private readonly logger = new Logger(PartingsService.name);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly calls: CallsRepository,
    private readonly access: ConversationsAccess,
    private readonly steps: StepsService,
    publisher: Publisher,
  ) {
    publisher.on(memberRemoved, ({ conversationId, userId }) => {
      void this.change(conversationId, userId, ({ call, now }) => expel(call, userId, now));
    });
    publisher.on(blockUpdated, ({ userId, blocked }, target) => {
      if (blocked && 'userIds' in target) void this.part(target.userIds[0]!, userId);
    });
  }

  /** If it still rang, the caller finds it missed. */
  private async part(blockerId: string, blockedId: string): Promise<void> {
    const conversationId = await this.calls.findConversationBetween(blockerId, blockedId);
    if (!conversationId) return;
    await this.change(conversationId, blockerId, ({ call, now }) =>
      call.state === 'ringing' ? ringOut(call, now) : end(call, now),
    );
  }

  private async change(
    conversationId: string,
    by: string,
    step: (live: LockedCall) => WholeCall,
  ): Promise<void> {
    try {
      await this.unitOfWork.run(async () => {
        await this.access.lock(conversationId);
        const live = await this.calls.findLive(conversationId);
        if (live) await this.steps.take(live.call, step(live), by);
      });
    } catch (error) {
      this.logger.warn(`A call goes on until a lease ends: ${(error as Error).name}`);
    }
  }
}

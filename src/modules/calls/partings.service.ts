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

type Step = (live: LockedCall) => WholeCall;

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
      const step: Step = ({ call, now }) => expel(call, userId, now);
      void this.change(() => Promise.resolve(conversationId), userId, step);
    });
    publisher.on(blockUpdated, ({ userId, blocked }, target) => {
      if (!blocked || !('userIds' in target)) return;
      const [blockerId] = target.userIds as [string];
      void this.change(() => this.calls.findConversationBetween(blockerId, userId), blockerId, part);
    });
  }

  private async change(find: () => Promise<string | null>, by: string, step: Step): Promise<void> {
    try {
      const conversationId = await find();
      if (conversationId) await this.unitOfWork.run(() => this.take(conversationId, by, step));
    } catch (error) {
      this.logger.warn(`A call goes on until a lease ends: ${(error as Error).name}`);
    }
  }

  private async take(conversationId: string, by: string, step: Step): Promise<void> {
    await this.access.lock(conversationId);
    const live = await this.calls.findLive(conversationId);
    if (live) await this.steps.take(live.call, step(live), by);
  }
}

/** If it still rang, the caller finds it missed. */
const part: Step = ({ call, now }) => (call.state === 'ringing' ? ringOut(call, now) : end(call, now));

import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { DefinedError } from '../../kernel/errors/app-error.js';
import { notFound, unauthenticated } from '../../kernel/errors/base.errors.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { toUsers } from '../../kernel/realtime/audience.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { sessionResync } from '../../kernel/realtime/sessions.contract.js';
import { CounterService } from '../users/counter.service.js';
import { ConversationsAccess } from './conversations.access.js';
import { MembershipDto, type MyMembershipDto } from './dto/membership.dto.js';
import type { MarksDto, MoveMarkDto } from './dto/move-mark.dto.js';
import type { UpdateMembershipDto } from './dto/update-membership.dto.js';
import { membershipUpdated } from './marks.contract.js';
import { MarksRepository, type Mark } from './marks.repository.js';
import { ReceiptsService } from './receipts.service.js';
import { ViewsService } from './views.service.js';

const REFUSALS: Record<string, DefinedError> = {
  [notFound.code]: notFound,
  [unauthenticated.code]: unauthenticated,
};

/** What in a conversation is mine alone: how far I have read, and whether I muted, pinned or archived it. */
@Injectable()
export class MarksService {
  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly marks: MarksRepository,
    private readonly views: ViewsService,
    private readonly access: ConversationsAccess,
    private readonly counter: CounterService,
    private readonly receipts: ReceiptsService,
    private readonly publisher: Publisher,
  ) {}

  read(caller: Caller, input: MoveMarkDto): Promise<MarksDto> {
    return this.move(caller, 'read', input);
  }

  delivered(caller: Caller, input: MoveMarkDto): Promise<MarksDto> {
    return this.move(caller, 'delivered', input);
  }

  /** For me to come back to; who sees my receipts sees no difference. */
  unread(caller: Caller, input: MoveMarkDto): Promise<MarksDto> {
    return this.move(caller, 'unread', input);
  }

  /** All of it, everywhere: one change of mine, so that my devices are told to sync. False: nothing was left. */
  readAll({ userId }: Caller): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      await this.counter.lock(userId);
      const changed = await this.marks.readAll(userId);
      if (changed.length > 0) this.publisher.publish(sessionResync, {}, toUsers(userId));
      for (const { conversation_id, is_receipt } of changed)
        if (is_receipt) this.receipts.tell(conversation_id, userId);
      return changed.length > 0;
    });
  }

  update(caller: Caller, { conversationId, ...change }: UpdateMembershipDto): Promise<MyMembershipDto> {
    return this.unitOfWork.run(async () => {
      await this.counter.lock(caller.userId);
      await this.access.requireMember(caller, conversationId);
      const changed = await this.marks.update(conversationId, caller.userId, change);
      const mine = await this.views.membership(caller.userId, conversationId);
      if (changed) this.publisher.publish(membershipUpdated, mine, toUsers(caller.userId));
      return mine;
    });
  }

  private async move(
    { userId }: Caller,
    mark: Mark,
    { conversationId, seq }: MoveMarkDto,
  ): Promise<MarksDto> {
    const { receiptsMaxMembers } = this.config;
    const row = await this.marks.move(conversationId, userId, mark, seq, receiptsMaxMembers);
    const refusal = REFUSALS[row.outcome];
    if (refusal) throw refusal();
    const me = MembershipDto.from(row);
    if (row.outcome === 'moved') {
      const mine = { conversationId, conversationVersion: row.conversation_version, me };
      this.publisher.publish(membershipUpdated, mine, toUsers(userId));
    }
    if (row.is_receipt) this.receipts.tell(conversationId, userId);
    const { lastReadSeq, unread } = me;
    return { conversationId, lastReadSeq, lastDeliveredSeq: row.my_last_delivered_seq, unread };
  }
}

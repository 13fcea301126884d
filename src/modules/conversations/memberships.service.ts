import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { DefinedError } from '../../kernel/errors/app-error.js';
import { notFound, unauthenticated } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { sessionResync } from '../../kernel/identity/sessions.contract.js';
import { AccountVersionService } from '../users/account-version.service.js';
import { ConversationsAccess } from './conversations.access.js';
import { MembershipDto, type MembershipUpdatedDto } from './dto/membership.dto.js';
import type { ReadStateDto, UpdateReadStateDto } from './dto/read-state.dto.js';
import type { UpdateMembershipDto } from './dto/update-membership.dto.js';
import { membershipUpdated } from './memberships.contract.js';
import { MembershipsRepository, type Mark } from './memberships.repository.js';
import { ReceiptsService } from './receipts.service.js';
import { ConversationQueryService } from './conversation-query.service.js';

const REFUSALS: Record<string, DefinedError> = {
  [notFound.code]: notFound,
  [unauthenticated.code]: unauthenticated,
};

/** What in a conversation is mine alone: how far I have read, and whether I muted, pinned or archived it. */
@Injectable()
export class MembershipsService {
  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly marks: MembershipsRepository,
    private readonly views: ConversationQueryService,
    private readonly access: ConversationsAccess,
    private readonly counter: AccountVersionService,
    private readonly receipts: ReceiptsService,
    private readonly publisher: Publisher,
  ) {}

  read(user: AuthUser, input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.updateReadState(user, 'read', input);
  }

  delivered(user: AuthUser, input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.updateReadState(user, 'delivered', input);
  }

  /** For me to come back to; who sees my receipts sees no difference. */
  unread(user: AuthUser, input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.updateReadState(user, 'unread', input);
  }

  /** All of it, everywhere: one change of mine, so that my devices are told to sync. False: nothing was left. */
  markAllRead({ userId }: AuthUser): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      await this.counter.lockUser(userId);
      const changed = await this.marks.markAllRead(userId);
      if (changed.length > 0) this.publisher.publish(sessionResync, {}, toUsers(userId));
      for (const { conversation_id, is_receipt } of changed)
        if (is_receipt) this.receipts.publish(conversation_id, userId);
      return changed.length > 0;
    });
  }

  update(user: AuthUser, { conversationId, ...change }: UpdateMembershipDto): Promise<MembershipUpdatedDto> {
    return this.unitOfWork.run(async () => {
      await this.counter.lockUser(user.userId);
      await this.access.requireMember(user, conversationId);
      const changed = await this.marks.update(conversationId, user.userId, change);
      const mine = await this.views.getMembership(user.userId, conversationId);
      if (changed) this.publisher.publish(membershipUpdated, mine, toUsers(user.userId));
      return mine;
    });
  }

  private async updateReadState(
    { userId }: AuthUser,
    mark: Mark,
    { conversationId, seq }: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    const { receiptsMaxMembers } = this.config;
    const row = await this.marks.updateReadState(conversationId, userId, mark, seq, receiptsMaxMembers);
    const refusal = REFUSALS[row.outcome];
    if (refusal) throw refusal();
    const membership = MembershipDto.from(row);
    if (row.outcome === 'updated') {
      const mine = { conversationId, conversationVersion: row.conversation_version, membership };
      this.publisher.publish(membershipUpdated, mine, toUsers(userId));
    }
    if (row.is_receipt) this.receipts.publish(conversationId, userId);
    const { lastReadSeq, unread } = membership;
    return { conversationId, lastReadSeq, lastDeliveredSeq: row.membership_last_delivered_seq, unread };
  }
}

import { Injectable } from '@nestjs/common';
import { Config } from '../../../kernel/config/config.js';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import { findErrorByCode } from '../../../kernel/errors/app-error.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { toUsers } from '../../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { sessionResync } from '../../../kernel/identity/sessions.contract.js';
import { AccountVersionService } from '../../users/account-version.service.js';
import {
  MembershipDto,
  type ReadStateDto,
  type ReadStateRow,
  type UpdateReadStateDto,
} from '../dto/membership.dto.js';
import { membershipUpdated } from './memberships.contract.js';
import { MembershipsRepository, type ReadStateChange } from './memberships.repository.js';
import { ReceiptPublisherService } from './receipt-publisher.service.js';

/** Read state of the current user: delivered and read position, mark as unread. */
@Injectable()
export class ReadStateService {
  constructor(
    private readonly config: Config,
    private readonly unitOfWork: UnitOfWork,
    private readonly memberships: MembershipsRepository,
    private readonly accountVersions: AccountVersionService,
    private readonly receiptPublisher: ReceiptPublisherService,
    private readonly publisher: Publisher,
  ) {}

  markConversationRead(user: AuthUser, input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.updateReadState(user, 'read', input);
  }

  markConversationDelivered(user: AuthUser, input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.updateReadState(user, 'delivered', input);
  }

  markConversationUnread(user: AuthUser, input: UpdateReadStateDto): Promise<ReadStateDto> {
    return this.updateReadState(user, 'unread', input);
  }

  /** Marks all conversations as read in one private change, which the devices load by sync. False: nothing was unread. */
  markAllRead({ userId }: AuthUser): Promise<boolean> {
    return this.unitOfWork.run(async () => {
      await this.accountVersions.lockUser(userId);
      const changed = await this.memberships.markAllRead(userId);
      if (changed.length > 0) this.publisher.publish(sessionResync, {}, toUsers(userId));
      for (const { conversation_id, is_receipt } of changed)
        if (is_receipt) this.receiptPublisher.publishReceipt(conversation_id, userId);
      return changed.length > 0;
    });
  }

  /** Publishes the result of update_read_state: the membership to its user, moved positions to the other members. */
  publishReadState(conversationId: string, row: ReadStateRow): void {
    const { membership_user_id: userId, conversation_version: conversationVersion } = row;
    if (row.outcome === 'updated') {
      const payload = { conversationId, conversationVersion, membership: MembershipDto.from(row) };
      this.publisher.publish(membershipUpdated, payload, toUsers(userId));
    }
    if (row.is_receipt) this.receiptPublisher.publishReceipt(conversationId, userId);
  }

  private async updateReadState(
    { userId }: AuthUser,
    change: ReadStateChange,
    { conversationId, seq }: UpdateReadStateDto,
  ): Promise<ReadStateDto> {
    const { receiptsMaxMembers } = this.config;
    const row = await this.unitOfWork.runLocked(userId, () =>
      this.memberships.updateReadState(conversationId, userId, change, seq, receiptsMaxMembers),
    );
    const error = findErrorByCode(row.outcome);
    if (error) throw error();
    this.publishReadState(conversationId, row);
    const { lastReadSeq, unread } = MembershipDto.from(row);
    return { conversationId, lastReadSeq, lastDeliveredSeq: row.membership_last_delivered_seq, unread };
  }
}

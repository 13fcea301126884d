import { Injectable } from '@nestjs/common';
import { Config } from '../../kernel/config/config.js';
import { notFound } from '../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, FIRST_ID, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { UsersService } from '../users/users.service.js';
import {
  MessageReceiptDto,
  type ListMessageReceiptsDto,
  type MessageReceiptPageDto,
} from './dto/message-receipts.dto.js';
import { MessageReceiptsRepository } from './message-receipts.repository.js';
import { receiptsDisabled } from './messages.errors.js';

const receiptCursor = cursor(uuid);

/** Delivery and reading of one message by member. */
@Injectable()
export class MessageReceiptsService {
  constructor(
    private readonly config: Config,
    private readonly receipts: MessageReceiptsRepository,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async listMessageReceipts(user: AuthUser, query: ListMessageReceiptsDto): Promise<MessageReceiptPageDto> {
    const message = await this.receipts.findMessage(query.messageId, this.config.receiptsMaxMembers);
    if (!message) throw notFound();
    await this.access.requireMember(user, message.conversation_id);
    if (!message.has_receipts) throw receiptsDisabled();
    const [after] = receiptCursor.decode(query.cursor, [FIRST_ID]);
    const rows = await this.receipts.findReceipts(message, user.userId, after, query.limit + 1);
    const { page, nextCursor } = toPage(rows, query.limit, ({ user_id }) => receiptCursor.encode(user_id));
    return {
      items: page.map((row) => MessageReceiptDto.from(row)),
      nextCursor,
      users: await this.users.findSummaries(page.map(({ user_id }) => user_id)),
    };
  }
}

import { Injectable } from '@nestjs/common';
import { Config } from '../../../kernel/config/config.js';
import { notFound } from '../../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { afterId, pageOf } from '../../../kernel/paging/page.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import { UsersService } from '../../users/users.service.js';
import {
  MessageReceiptDto,
  type ListMessageReceiptsDto,
  type MessageReceiptPageDto,
} from './dto/message-receipts.dto.js';
import { receiptsDisabled } from './message-receipts.errors.js';
import { MessageReceiptsRepository } from './message-receipts.repository.js';

/** Who has received and read one message. */
@Injectable()
export class MessageReceiptsService {
  constructor(
    private readonly config: Config,
    private readonly receipts: MessageReceiptsRepository,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async list(
    user: AuthUser,
    { messageId, cursor, limit = 100 }: ListMessageReceiptsDto,
  ): Promise<MessageReceiptPageDto> {
    const message = await this.receipts.find(messageId, this.config.receiptsMaxMembers);
    if (!message) throw notFound();
    await this.access.requireMember(user, message.conversation_id);
    if (!message.is_shown) throw receiptsDisabled();
    const rows = await this.receipts.page(message, user.userId, afterId(cursor), limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, ({ user_id }) => [user_id]);
    return {
      items: page.map((row) => MessageReceiptDto.from(row)),
      nextCursor,
      users: await this.users.findSummaries(page.map(({ user_id }) => user_id)),
    };
  }
}

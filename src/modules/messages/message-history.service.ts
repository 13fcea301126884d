import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, literal, seq } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { UsersService } from '../users/users.service.js';
import {
  MEDIA_MESSAGE_TYPES,
  MessageRevisionDto,
  type EditPageDto,
  type ListEditsDto,
  type ListMediaDto,
  type ListMessagesDto,
  type MessagePageDto,
} from './dto/list-messages.dto.js';
import { MessageDto, referencedUserIds } from './dto/message.dto.js';
import { loadSeqPage } from './seq-page.js';
import { MessageQueryRepository } from './message-query.repository.js';
import { MessagesAccess } from './messages.access.js';

const mediaCursor = cursor(literal('media'), seq);

/** Pages of a conversation: messages, messages with media, and the revisions of one message. */
@Injectable()
export class MessageHistoryService {
  constructor(
    private readonly messages: MessageQueryRepository,
    private readonly conversationsAccess: ConversationsAccess,
    private readonly access: MessagesAccess,
    private readonly users: UsersService,
  ) {}

  async listMessages(
    user: AuthUser,
    { conversationId, timeline, ...query }: ListMessagesDto,
  ): Promise<MessagePageDto> {
    const reader = { conversationId, userId: user.userId, timeline };
    const source = {
      before: (bound: number, limit: number) => this.messages.findBefore(reader, bound, limit),
      after: (bound: number, limit: number) => this.messages.findAfter(reader, bound, limit),
    };
    const { rows, nextCursor } = await loadSeqPage(source, query);
    // The query returns rows to members only. The membership is checked only for an empty page.
    if (rows.length === 0) await this.conversationsAccess.requireMember(user, conversationId);
    const items = rows.map((row) => MessageDto.from(row));
    return { items, nextCursor, users: await this.users.findSummaries(items.flatMap(referencedUserIds)) };
  }

  async listMedia(user: AuthUser, query: ListMediaDto): Promise<MessagePageDto> {
    const { conversationId, type, limit } = query;
    const [, before] = mediaCursor.decode(query.cursor, ['media', Number.MAX_SAFE_INTEGER]);
    await this.conversationsAccess.requireMember(user, conversationId);
    const rows = await this.messages.findMediaBefore(
      { conversationId, userId: user.userId },
      type ? [type] : MEDIA_MESSAGE_TYPES,
      before,
      limit + 1,
    );
    const { page, nextCursor } = toPage(rows, limit, (last) => mediaCursor.encode('media', last.seq));
    const items = page.map((row) => MessageDto.from(row));
    return { items, nextCursor, users: await this.users.findSummaries(items.flatMap(referencedUserIds)) };
  }

  async listEdits(user: AuthUser, query: ListEditsDto): Promise<EditPageDto> {
    const { messageId, limit } = query;
    const message = await this.access.requireReader(user, messageId);
    this.access.requireRevisionReader(user, message);
    if (message.is_hidden) return { items: [], nextCursor: null };
    const revisionCursor = cursor(literal(messageId), seq);
    const [, after] = revisionCursor.decode(query.cursor, [messageId, 0]);
    const rows = await this.messages.findRevisions(messageId, after, limit + 1);
    const { page, nextCursor } = toPage(rows, limit, ({ version }) =>
      revisionCursor.encode(messageId, version),
    );
    return { items: page.map((row) => MessageRevisionDto.from(row)), nextCursor };
  }
}

import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, instant, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { ConversationQueryService } from '../conversations/conversation-query.service.js';
import { conversationUserIds } from '../conversations/dto/conversation.dto.js';
import { ReadStateService } from '../conversations/memberships/read-state.service.js';
import { ThreadSubscriptionsService } from '../messages/threads/thread-subscriptions.service.js';
import { UsersService } from '../users/users.service.js';
import type { ConversationPageDto, ListConversationsDto, UnreadDto } from './dto/inbox.dto.js';

const activityCursor = cursor(instant, uuid);

/** Conversation list and unread counts of the current user. Counts are computed on each read, never stored. */
@Injectable()
export class InboxService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly conversationQuery: ConversationQueryService,
    private readonly readState: ReadStateService,
    private readonly threadSubscriptions: ThreadSubscriptionsService,
    private readonly users: UsersService,
  ) {}

  async listConversations(
    { userId }: AuthUser,
    { filter = 'inbox', ...query }: ListConversationsDto,
  ): Promise<ConversationPageDto> {
    const conversations = await this.conversationQuery.listConversationSummaries({
      userId,
      filter,
      direction: 'older',
      from: query.cursor ? decodePosition(query.cursor) : undefined,
      limit: query.limit + 1,
    });
    const { page, nextCursor } = toPage(conversations, query.limit, (last) =>
      activityCursor.encode(new Date(last.lastActivityAt), last.id),
    );
    const users = await this.users.findSummaries(page.flatMap(conversationUserIds));
    return { items: page, nextCursor, users };
  }

  async getUnread(user: AuthUser): Promise<UnreadDto> {
    await this.users.requireActive(user);
    const rows = await this.conversationQuery.listUnreadCounts(user.userId);
    const threads = await this.threadSubscriptions.findUnreadThreads(user.userId);
    return {
      total: rows.reduce((total, { unread }) => total + unread, 0),
      mentions: [...rows, ...threads].reduce((total, { mentions }) => total + mentions, 0),
      conversations: rows.map(({ conversation_id, unread, mentions, muted_until }) => ({
        conversationId: conversation_id,
        unread,
        mentions,
        muted: muted_until !== null && muted_until > new Date(),
      })),
      threads,
    };
  }

  async clearUnread(user: AuthUser): Promise<UnreadDto> {
    await this.unitOfWork.run(async () => {
      const isCoveredByResync = await this.readState.markAllRead(user);
      await this.threadSubscriptions.readAllThreads(user, { isCoveredByResync });
    });
    return this.getUnread(user);
  }
}

function decodePosition(encoded: string): { at: Date; id: string } {
  const [at, id] = activityCursor.decode(encoded);
  return { at, id };
}

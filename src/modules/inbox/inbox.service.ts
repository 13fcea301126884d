import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { decodeCursor, isId, isInstant } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
import { conversationUserIds } from '../conversations/dto/conversation.dto.js';
import { MembershipsService } from '../conversations/memberships.service.js';
import { ConversationQueryService } from '../conversations/conversation-query.service.js';
import { ThreadsService } from '../messages/threads/threads.service.js';
import { UsersService } from '../users/users.service.js';
import type { ConversationPageDto, ListConversationsDto } from './dto/list-conversations.dto.js';
import type { UnreadDto } from './dto/unread.dto.js';

/** My conversations at a glance. */
@Injectable()
export class InboxService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly views: ConversationQueryService,
    private readonly marks: MembershipsService,
    private readonly threads: ThreadsService,
    private readonly users: UsersService,
  ) {}

  async list(
    { userId }: AuthUser,
    { filter: show = 'inbox', cursor, limit = 50 }: ListConversationsDto,
  ): Promise<ConversationPageDto> {
    const found = await this.views.listPage({
      userId,
      filter: show,
      direction: 'older',
      from: cursor ? placeOf(cursor) : undefined,
      limit: limit + 1,
    });
    const { page, nextCursor } = pageOf(found, limit, (last) => [Date.parse(last.lastActivityAt), last.id]);
    return {
      items: page,
      nextCursor,
      users: await this.users.findSummaries(page.flatMap(conversationUserIds)),
    };
  }

  async unread(user: AuthUser): Promise<UnreadDto> {
    await this.users.requireActive(user);
    const rows = await this.views.listUnread(user.userId);
    return {
      total: rows.reduce((total, { unread }) => total + unread, 0),
      mentions: rows.reduce((total, { mentions }) => total + mentions, 0),
      conversations: rows.map(({ conversation_id, unread, mentions, muted_until }) => ({
        conversationId: conversation_id,
        unread,
        mentions,
        muted: muted_until !== null && muted_until > new Date(),
      })),
      threads: await this.threads.unread(user.userId),
    };
  }

  async clear(user: AuthUser): Promise<UnreadDto> {
    await this.unitOfWork.run(async () => {
      const asPart = await this.marks.markAllRead(user);
      await this.threads.readAll(user, { asPart });
    });
    return this.unread(user);
  }
}

function placeOf(cursor: string): { at: Date; id: string } {
  const [at, id] = decodeCursor(cursor, isInstant, isId);
  return { at: new Date(at as number), id: id as string };
}

import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { cursor, instant, LAST_ID, LAST_INSTANT, uuid } from '../../../kernel/paging/cursor.js';
import { toPage } from '../../../kernel/paging/page.js';
import { UsersService } from '../../users/users.service.js';
import { MessageDto, referencedUserIds } from '../dto/message.dto.js';
import {
  ThreadSubscriptionDto,
  type GetThreadDto,
  type ListThreadsDto,
  type ThreadListDto,
  type ThreadPageDto,
} from '../dto/threads.dto.js';
import { loadSeqPage } from '../seq-page.js';
import { MessageQueryRepository } from '../message-query.repository.js';
import { ThreadSubscriptionsRepository } from './thread-subscriptions.repository.js';
import { ThreadSubscriptionsService } from './thread-subscriptions.service.js';

const threadCursor = cursor(instant, uuid);

/** Pages of threads: the replies of one thread, and the followed threads of a user. */
@Injectable()
export class ThreadsService {
  constructor(
    private readonly subscriptions: ThreadSubscriptionsService,
    private readonly subscriptionRows: ThreadSubscriptionsRepository,
    private readonly messages: MessageQueryRepository,
    private readonly users: UsersService,
  ) {}

  async getThread(user: AuthUser, { messageId, ...query }: GetThreadDto): Promise<ThreadPageDto> {
    const { userId } = user;
    const root = MessageDto.from(await this.subscriptions.requireThreadRoot(user, messageId));
    const source = {
      before: (seq: number, limit: number) => this.messages.findRepliesBefore(userId, messageId, seq, limit),
      after: (seq: number, limit: number) => this.messages.findRepliesAfter(userId, messageId, seq, limit),
    };
    const { rows, nextCursor } = await loadSeqPage(source, query);
    const items = rows.map((row) => MessageDto.from(row));
    return {
      root,
      subscription: await this.subscriptions.getSubscription(userId, messageId),
      items,
      nextCursor,
      users: await this.users.findSummaries([root, ...items].flatMap(referencedUserIds)),
    };
  }

  async listThreads(user: AuthUser, query: ListThreadsDto): Promise<ThreadListDto> {
    const { userId } = user;
    await this.users.requireActive(user);
    const [lastActivityAt, id] = threadCursor.decode(query.cursor, [LAST_INSTANT, LAST_ID]);
    const rows = await this.subscriptionRows.findThreadsBefore({
      userId,
      filter: query.filter,
      before: { lastActivityAt, id },
      limit: query.limit + 1,
    });
    const { page, nextCursor } = toPage(rows, query.limit, (last) =>
      threadCursor.encode(last.last_activity_at, last.thread_root_id),
    );
    const ids = page.flatMap(({ thread_root_id, last_reply_id }) =>
      [thread_root_id, last_reply_id ?? []].flat(),
    );
    const messages = (await this.messages.findMessagesByIds(userId, ids)).map((row) => MessageDto.from(row));
    const messagesById = new Map(messages.map((message) => [message.id, message]));
    const items = page.map((row) => ({
      root: messagesById.get(row.thread_root_id)!,
      lastReply: messagesById.get(row.last_reply_id ?? '') ?? null,
      subscription: ThreadSubscriptionDto.from(row),
    }));
    return { items, nextCursor, users: await this.users.findSummaries(messages.flatMap(referencedUserIds)) };
  }
}

import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, LAST_ID, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { UsersService } from '../users/users.service.js';
import type { ListMentionsDto, MessagePageDto } from './dto/list-messages.dto.js';
import { MessageDto, referencedUserIds, type MessageRow } from './dto/message.dto.js';
import { MentionsRepository } from './mentions.repository.js';

/** Mentions of a message: user ids, and whether all members are mentioned. */
interface Mentions {
  mentions?: string[];
  mentionsAll?: boolean;
}

const mentionCursor = cursor(uuid);

/** Mentions in messages: resolution for the sender, rows of edited messages, and the list of the mentioned user. */
@Injectable()
export class MentionsService {
  constructor(
    private readonly mentions: MentionsRepository,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async listMentions(user: AuthUser, query: ListMentionsDto): Promise<MessagePageDto> {
    const { conversationId, limit } = query;
    if (conversationId) await this.access.requireMember(user, conversationId);
    else await this.users.requireActive(user);
    const [before] = mentionCursor.decode(query.cursor, [LAST_ID]);
    const rows = await this.mentions.findMentions({
      userId: user.userId,
      conversationId,
      before,
      limit: limit + 1,
    });
    const { page, nextCursor } = toPage(rows, limit, ({ id }) => mentionCursor.encode(id));
    const items = page.map((row) => MessageDto.from(row));
    return { items, nextCursor, users: await this.users.findSummaries(items.flatMap(referencedUserIds)) };
  }

  /** Leaves out users that the sender cannot contact, without an error, so that it does not disclose a block. */
  async resolveMentions(user: AuthUser, conversationId: string, requested: Mentions): Promise<Mentions> {
    const { mentions = [], mentionsAll } = requested;
    if (mentionsAll) await this.access.authorize(user, conversationId, 'message.mention_all');
    if (mentions.length === 0) return requested;
    return {
      mentionsAll,
      mentions: await this.mentions.findMentionable(conversationId, user.userId, mentions),
    };
  }

  replaceMentions(message: MessageRow, userIds: readonly string[]): Promise<void> {
    return this.mentions.replaceMentions(message, userIds);
  }
}

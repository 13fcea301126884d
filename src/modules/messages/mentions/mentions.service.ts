import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { beforeId, pageOf } from '../../../kernel/paging/page.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import { UsersService } from '../../users/users.service.js';
import { MessageDto, referencedUserIds, type MessageRow } from '../dto/message.dto.js';
import type { ListMentionsDto, MentionPageDto } from './dto/list-mentions.dto.js';
import { MentionsRepository } from './mentions.repository.js';

/** What somebody asks for. */
interface Wanted {
  mentions?: string[];
  mentionsAll?: boolean;
}

/** Who is mentioned in a message, of those whom its sender names, and where I am. */
@Injectable()
export class MentionsService {
  constructor(
    private readonly mentions: MentionsRepository,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async list(
    user: AuthUser,
    { conversationId, cursor, limit = 50 }: ListMentionsDto,
  ): Promise<MentionPageDto> {
    const { userId } = user;
    if (conversationId) await this.access.requireMember(user, conversationId);
    else await this.users.requireActive(user);
    const asked = { userId, conversationId, before: beforeId(cursor), limit: limit + 1 };
    const rows = await this.mentions.page(asked);
    const { page, nextCursor } = pageOf(rows, limit, ({ id }) => [id]);
    const items = page.map((row) => MessageDto.from(row));
    return { items, nextCursor, users: await this.users.findSummaries(items.flatMap(referencedUserIds)) };
  }

  /** Whoever must not hear of it is left out without a word, so that nobody learns of a block by it. */
  async allowed(user: AuthUser, conversationId: string, wanted: Wanted): Promise<Wanted> {
    const { mentions = [], mentionsAll } = wanted;
    if (mentionsAll) await this.access.authorize(user, conversationId, 'message.mention_all');
    if (mentions.length === 0) return wanted;
    return {
      mentionsAll,
      mentions: await this.mentions.reachable(conversationId, user.userId, mentions),
    };
  }

  replace(message: MessageRow, userIds: readonly string[]): Promise<void> {
    return this.mentions.replace(message, userIds);
  }
}

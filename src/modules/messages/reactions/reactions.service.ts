import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { cursor, FIRST_ID, instant, text, uuid } from '../../../kernel/paging/cursor.js';
import { toPage } from '../../../kernel/paging/page.js';
import { emojiRule } from '../../../kernel/validation/rules.js';
import { UsersService } from '../../users/users.service.js';
import { MessageDto } from '../dto/message.dto.js';
import {
  ReactionDto,
  type ListReactionsDto,
  type ReactDto,
  type ReactionPageDto,
} from '../dto/reactions.dto.js';
import { MessageMutationsService } from '../message-mutations.service.js';
import { MessagesAccess } from '../messages.access.js';
import { tooManyReactions } from '../messages.errors.js';
import { ReactionsRepository } from './reactions.repository.js';

/** Different emojis of one message. The number of reactions with one emoji is unlimited. */
const MAX_EMOJIS = 20;

const reactionCursor = cursor(text(emojiRule), instant, uuid);

/** Reactions to messages. Their summary in the message is written in the same transaction. */
@Injectable()
export class ReactionsService {
  constructor(
    private readonly reactions: ReactionsRepository,
    private readonly mutations: MessageMutationsService,
    private readonly access: MessagesAccess,
    private readonly users: UsersService,
  ) {}

  async listReactions(user: AuthUser, query: ListReactionsDto): Promise<ReactionPageDto> {
    const { messageId, emoji, limit } = query;
    const message = await this.access.requireReader(user, messageId);
    if (message.is_hidden) return { items: [], nextCursor: null, users: {} };
    const [lastEmoji, createdAt, userId] = reactionCursor.decode(query.cursor, ['', new Date(0), FIRST_ID]);
    const after = { emoji: emoji ?? lastEmoji, created_at: createdAt, user_id: userId };
    const rows = await (emoji
      ? this.reactions.findReactionsWithEmoji(messageId, after, limit + 1)
      : this.reactions.findReactions(messageId, after, limit + 1));
    const { page, nextCursor } = toPage(rows, limit, (last) =>
      reactionCursor.encode(last.emoji, last.created_at, last.user_id),
    );
    return {
      items: page.map((row) => ReactionDto.from(row)),
      nextCursor,
      users: await this.users.findSummaries(page.map(({ user_id }) => user_id)),
    };
  }

  async addReaction(user: AuthUser, { messageId, emoji }: ReactDto): Promise<MessageDto> {
    const changed = await this.mutations.changeMessage(user, messageId, 'message.react', async (message) => {
      const emojis = (message.reactions ?? []).map((summary) => summary.emoji);
      if (emojis.length >= MAX_EMOJIS && !emojis.includes(emoji)) throw tooManyReactions();
      const isNew = await this.reactions.insertReaction(messageId, user.userId, emoji);
      if (!isNew) return MessageDto.from(message);
      return this.mutations.publishUpdated(await this.reactions.updateSummary(message), user.userId);
    });
    return withReacted(changed, emoji, true);
  }

  async removeReaction(user: AuthUser, { messageId, emoji }: ReactDto): Promise<MessageDto> {
    const changed = await this.mutations.changeMessage(user, messageId, 'message.react', async (message) => {
      const existed = await this.reactions.deleteReaction(messageId, user.userId, emoji);
      if (!existed) return MessageDto.from(message);
      return this.mutations.publishUpdated(await this.reactions.updateSummary(message), user.userId);
    });
    return withReacted(changed, emoji, false);
  }
}

/** Message with the reaction of the current user added or removed. */
function withReacted(message: MessageDto, emoji: string, reacted: boolean): MessageDto {
  const reactions = message.reactions.map((summary) =>
    summary.emoji === emoji ? { ...summary, reacted } : summary,
  );
  return { ...message, reactions };
}

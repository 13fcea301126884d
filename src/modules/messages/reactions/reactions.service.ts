import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { decodeCursor, FIRST_ID, isId, isInstant } from '../../../kernel/paging/cursor.js';
import { pageOf } from '../../../kernel/paging/page.js';
import { emojiRule } from '../../../kernel/validation/rules.js';
import { UsersService } from '../../users/users.service.js';
import { MessageMutationsService } from '../message-mutations.service.js';
import { MessageDto } from '../dto/message.dto.js';
import { MessagesAccess } from '../messages.access.js';
import {
  ReactionDto,
  type ListReactionsDto,
  type ReactDto,
  type ReactionPageDto,
  type ReactionRow,
} from './dto/reaction.dto.js';
import { tooManyReactions } from './reactions.errors.js';
import { ReactionsRepository } from './reactions.repository.js';

/** Different emojis at one message; with each of them may react who likes. */
const MAX_EMOJIS = 20;

/** Who reacted to what. The rows are the truth; what they come to stands on the message, from the same transaction. */
@Injectable()
export class ReactionsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reactions: ReactionsRepository,
    private readonly changing: MessageMutationsService,
    private readonly access: MessagesAccess,
    private readonly users: UsersService,
  ) {}

  async list(user: AuthUser, input: ListReactionsDto): Promise<ReactionPageDto> {
    const { messageId, emoji, cursor, limit = 50 } = input;
    const message = await this.access.requireReader(user, messageId);
    if (message.is_hidden) return { items: [], nextCursor: null, users: {} };
    const after = placeOf(cursor, emoji);
    const rows = await (emoji
      ? this.reactions.pageOf(messageId, { ...after, emoji }, limit + 1)
      : this.reactions.page(messageId, after, limit + 1));
    const { page, nextCursor } = pageOf(rows, limit, (last) => [
      last.emoji,
      last.created_at.getTime(),
      last.user_id,
    ]);
    return {
      items: page.map((row) => ReactionDto.from(row)),
      nextCursor,
      users: await this.users.findSummaries(page.map(({ user_id }) => user_id)),
    };
  }

  add(user: AuthUser, { messageId, emoji }: ReactDto): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const message = await this.changing.lockUndeletedMessage(user, messageId, 'message.react');
      const there = message.reactions ?? [];
      if (there.length >= MAX_EMOJIS && there.every((one) => one.emoji !== emoji)) throw tooManyReactions();
      const added = await this.reactions.insert(messageId, user.userId, emoji);
      if (!added) return MessageDto.from(message);
      return this.changing.publishUpdated(user, await this.reactions.summarize(message));
    });
  }

  remove(user: AuthUser, { messageId, emoji }: ReactDto): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const message = await this.changing.lockUndeletedMessage(user, messageId, 'message.react');
      const removed = await this.reactions.delete(messageId, user.userId, emoji);
      if (!removed) return MessageDto.from(message);
      return this.changing.publishUpdated(user, await this.reactions.summarize(message));
    });
  }
}

/** Where a page begins: before the first one, or after the last of the page before. */
function placeOf(cursor: string | undefined, emoji = ''): ReactionRow {
  if (!cursor) return { emoji, created_at: new Date(0), user_id: FIRST_ID };
  const [last, at, userId] = decodeCursor(cursor, isEmoji, isInstant, isId);
  return { emoji: last as string, created_at: new Date(at as number), user_id: userId as string };
}

function isEmoji(value: unknown): boolean {
  return emojiRule(value) === undefined;
}

import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import { notFound } from '../../../kernel/errors/base.errors.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { beforePlace } from '../../../kernel/paging/cursor.js';
import { pageOf } from '../../../kernel/paging/page.js';
import { toUsers } from '../../../kernel/realtime/recipient-resolver.js';
import type { Event } from '../../../kernel/realtime/contract.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { AccountVersionService } from '../../users/account-version.service.js';
import { UsersService } from '../../users/users.service.js';
import type { MessageIdDto } from '../dto/change-message.dto.js';
import { MessageDto, referencedUserIds, type MessageRow } from '../dto/message.dto.js';
import { alreadyDeleted } from '../messages.errors.js';
import { MessagesAccess } from '../messages.access.js';
import { MessageFlagsDto, type ListSavedDto, type SavedPageDto } from './dto/message-flags.dto.js';
import { messageHidden, messageSaved } from './message-flags.contract.js';
import { MessageFlagsRepository } from './message-flags.repository.js';

interface Marks {
  saved_at: Date | null;
  hidden_at: Date | null;
}

/** What messages are to me alone: some I keep, some I never want to see again. */
@Injectable()
export class MessageFlagsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly mine: MessageFlagsRepository,
    private readonly access: MessagesAccess,
    private readonly counter: AccountVersionService,
    private readonly users: UsersService,
    private readonly publisher: Publisher,
  ) {}

  async list({ userId }: AuthUser, { cursor, limit = 50 }: ListSavedDto): Promise<SavedPageDto> {
    const rows = await this.mine.saved(userId, beforePlace(cursor), limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, (last) => [last.saved_at.getTime(), last.id]);
    const items = page.map((row) => ({ savedAt: row.saved_at.toISOString(), message: MessageDto.from(row) }));
    const people = items.flatMap(({ message }) => referencedUserIds(message));
    return { items, nextCursor, users: await this.users.findSummaries(people) };
  }

  save(user: AuthUser, input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.change(user, input, messageSaved, (message, before) => {
      if (message.is_hidden) throw notFound();
      if (message.deleted_at) throw alreadyDeleted();
      return { ...before, saved_at: before.saved_at ?? new Date() };
    });
  }

  unsave(user: AuthUser, input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.change(user, input, messageSaved, (_message, before) => ({ ...before, saved_at: null }));
  }

  hide(user: AuthUser, input: MessageIdDto): Promise<MessageFlagsDto> {
    return this.change(user, input, messageHidden, (_message, before) => ({
      saved_at: null,
      hidden_at: before.hidden_at ?? new Date(),
    }));
  }

  /** For sync: in the order of the counter. */
  async changedAfter(userId: string, after: number, limit: number): Promise<MessageFlagsDto[]> {
    return (await this.mine.changedAfter(userId, after, limit)).map((row) => MessageFlagsDto.from(row));
  }

  private change(
    user: AuthUser,
    { messageId }: MessageIdDto,
    event: Event<MessageFlagsDto>,
    marksOf: (message: MessageRow, before: Marks) => Marks,
  ): Promise<MessageFlagsDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const accountVersion = await this.counter.lockUser(userId);
      const message = await this.access.requireReader(user, messageId);
      const { conversation_id, seq } = message;
      const nothing = { message_id: messageId, conversation_id, seq, saved_at: null, hidden_at: null };
      const before = (await this.mine.find(userId, messageId)) ?? { ...nothing, version: accountVersion };
      const marks = marksOf(message, before);
      if (isSame(marks, before)) return MessageFlagsDto.from(before);
      const after = { ...before, ...marks, version: await this.counter.increment(userId) };
      await this.mine.put(userId, after);
      const changed = MessageFlagsDto.from(after);
      this.publisher.publish(event, changed, toUsers(userId));
      return changed;
    });
  }
}

function isSame(one: Marks, other: Marks): boolean {
  return (
    one.saved_at?.getTime() === other.saved_at?.getTime() &&
    one.hidden_at?.getTime() === other.hidden_at?.getTime()
  );
}

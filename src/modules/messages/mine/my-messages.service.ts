import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import { notFound } from '../../../kernel/errors/base.errors.js';
import type { Caller } from '../../../kernel/identity/caller.js';
import { beforePlace } from '../../../kernel/paging/cursor.js';
import { pageOf } from '../../../kernel/paging/page.js';
import { toUsers } from '../../../kernel/realtime/audience.js';
import type { Event } from '../../../kernel/realtime/contract.js';
import { Publisher } from '../../../kernel/realtime/publisher.js';
import { CounterService } from '../../users/counter.service.js';
import { UsersService } from '../../users/users.service.js';
import type { MessageIdDto } from '../dto/change-message.dto.js';
import { MessageDto, namedBy, type MessageRow } from '../dto/message.dto.js';
import { alreadyDeleted } from '../messages.errors.js';
import { MessagesAccess } from '../messages.access.js';
import { MyMessageDto, type ListSavedDto, type SavedPageDto } from './dto/my-message.dto.js';
import { messageHidden, messageSaved } from './my-messages.contract.js';
import { MyMessagesRepository } from './my-messages.repository.js';

interface Marks {
  saved_at: Date | null;
  hidden_at: Date | null;
}

/** What messages are to me alone: some I keep, some I never want to see again. */
@Injectable()
export class MyMessagesService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly mine: MyMessagesRepository,
    private readonly access: MessagesAccess,
    private readonly counter: CounterService,
    private readonly users: UsersService,
    private readonly publisher: Publisher,
  ) {}

  async list({ userId }: Caller, { cursor, limit = 50 }: ListSavedDto): Promise<SavedPageDto> {
    const rows = await this.mine.saved(userId, beforePlace(cursor), limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, (last) => [last.saved_at.getTime(), last.id]);
    const items = page.map((row) => ({ savedAt: row.saved_at.toISOString(), message: MessageDto.from(row) }));
    const people = items.flatMap(({ message }) => namedBy(message));
    return { items, nextCursor, users: await this.users.cards(people) };
  }

  save(caller: Caller, input: MessageIdDto): Promise<MyMessageDto> {
    return this.change(caller, input, messageSaved, (message, before) => {
      if (message.is_hidden) throw notFound();
      if (message.deleted_at) throw alreadyDeleted();
      return { ...before, saved_at: before.saved_at ?? new Date() };
    });
  }

  unsave(caller: Caller, input: MessageIdDto): Promise<MyMessageDto> {
    return this.change(caller, input, messageSaved, (_message, before) => ({ ...before, saved_at: null }));
  }

  hide(caller: Caller, input: MessageIdDto): Promise<MyMessageDto> {
    return this.change(caller, input, messageHidden, (_message, before) => ({
      saved_at: null,
      hidden_at: before.hidden_at ?? new Date(),
    }));
  }

  /** For sync: in the order of the counter. */
  async changedAfter(userId: string, after: number, limit: number): Promise<MyMessageDto[]> {
    return (await this.mine.changedAfter(userId, after, limit)).map((row) => MyMessageDto.from(row));
  }

  private change(
    caller: Caller,
    { messageId }: MessageIdDto,
    event: Event<MyMessageDto>,
    marksOf: (message: MessageRow, before: Marks) => Marks,
  ): Promise<MyMessageDto> {
    const { userId } = caller;
    return this.unitOfWork.run(async () => {
      const meVersion = await this.counter.lock(userId);
      const message = await this.access.requireReader(caller, messageId);
      const { conversation_id, seq } = message;
      const nothing = { message_id: messageId, conversation_id, seq, saved_at: null, hidden_at: null };
      const before = (await this.mine.find(userId, messageId)) ?? { ...nothing, version: meVersion };
      const marks = marksOf(message, before);
      if (isSame(marks, before)) return MyMessageDto.from(before);
      const after = { ...before, ...marks, version: await this.counter.next(userId) };
      await this.mine.put(userId, after);
      const changed = MyMessageDto.from(after);
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

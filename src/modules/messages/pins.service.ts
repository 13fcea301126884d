import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { beforePlace } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { UsersService } from '../users/users.service.js';
import { ChangingService } from './changing.service.js';
import type { MessageIdDto } from './dto/change-message.dto.js';
import { MessageDto, namedBy } from './dto/message.dto.js';
import type { ListPinsDto, PinPageDto } from './dto/pins.dto.js';
import { tooManyPins } from './pins.errors.js';
import { PinsRepository } from './pins.repository.js';

/** Of a conversation: so many can still be looked through. */
const MOST_PINS = 250;

/** What everybody in a conversation is to find at once. */
@Injectable()
export class PinsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly pins: PinsRepository,
    private readonly changing: ChangingService,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async list(caller: Caller, { conversationId, cursor, limit = 50 }: ListPinsDto): Promise<PinPageDto> {
    await this.access.requireMember(caller, conversationId);
    const reader = { conversationId, userId: caller.userId };
    const rows = await this.pins.page(reader, beforePlace(cursor), limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, (last) => [last.pinned_at.getTime(), last.id]);
    const items = page.map((row) => MessageDto.from(row));
    return { items, nextCursor, users: await this.users.cards(items.flatMap(namedBy)) };
  }

  pin(caller: Caller, { messageId }: MessageIdDto): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const message = await this.changing.lockAlive(caller, messageId, 'message.pin');
      if (message.pinned_at) return MessageDto.from(message);
      if ((await this.pins.count(message.conversation_id)) >= MOST_PINS) throw tooManyPins();
      return this.changing.updated(caller, await this.pins.pin(message, caller.userId));
    });
  }

  unpin(caller: Caller, { messageId }: MessageIdDto): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const message = await this.changing.lockAlive(caller, messageId, 'message.pin');
      if (!message.pinned_at) return MessageDto.from(message);
      return this.changing.updated(caller, await this.pins.unpin(message));
    });
  }
}

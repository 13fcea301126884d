import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { beforePlace } from '../../../kernel/paging/cursor.js';
import { pageOf } from '../../../kernel/paging/page.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import { UsersService } from '../../users/users.service.js';
import { MessageMutationsService } from '../message-mutations.service.js';
import type { MessageIdDto } from '../dto/change-message.dto.js';
import { MessageDto, referencedUserIds } from '../dto/message.dto.js';
import type { ListPinsDto, PinPageDto } from './dto/pins.dto.js';
import { tooManyPins } from './pins.errors.js';
import { PinsRepository } from './pins.repository.js';

/** Of a conversation: so many can still be looked through. */
const MAX_PINS = 250;

/** What everybody in a conversation is to find at once. */
@Injectable()
export class PinsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly pins: PinsRepository,
    private readonly changing: MessageMutationsService,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async list(user: AuthUser, { conversationId, cursor, limit = 50 }: ListPinsDto): Promise<PinPageDto> {
    await this.access.requireMember(user, conversationId);
    const reader = { conversationId, userId: user.userId };
    const rows = await this.pins.page(reader, beforePlace(cursor), limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, (last) => [last.pinned_at.getTime(), last.id]);
    const items = page.map((row) => MessageDto.from(row));
    return { items, nextCursor, users: await this.users.findSummaries(items.flatMap(referencedUserIds)) };
  }

  pin(user: AuthUser, { messageId }: MessageIdDto): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const message = await this.changing.lockUndeletedMessage(user, messageId, 'message.pin');
      if (message.pinned_at) return MessageDto.from(message);
      if ((await this.pins.count(message.conversation_id)) >= MAX_PINS) throw tooManyPins();
      return this.changing.publishUpdated(user, await this.pins.pin(message, user.userId));
    });
  }

  unpin(user: AuthUser, { messageId }: MessageIdDto): Promise<MessageDto> {
    return this.unitOfWork.run(async () => {
      const message = await this.changing.lockUndeletedMessage(user, messageId, 'message.pin');
      if (!message.pinned_at) return MessageDto.from(message);
      return this.changing.publishUpdated(user, await this.pins.unpin(message));
    });
  }
}

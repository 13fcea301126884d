import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { cursor, instant, LAST_ID, LAST_INSTANT, uuid } from '../../../kernel/paging/cursor.js';
import { toPage } from '../../../kernel/paging/page.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import { UsersService } from '../../users/users.service.js';
import type { ListPinsDto, MessagePageDto } from '../dto/list-messages.dto.js';
import { MessageDto, referencedUserIds, type MessageIdDto } from '../dto/message.dto.js';
import { MessageMutationsService } from '../message-mutations.service.js';
import { tooManyPins } from '../messages.errors.js';
import { PinsRepository } from './pins.repository.js';

/** Pinned messages of one conversation. */
const MAX_PINS = 250;

const pinCursor = cursor(instant, uuid);

/** Messages pinned for all members of a conversation. */
@Injectable()
export class PinsService {
  constructor(
    private readonly pins: PinsRepository,
    private readonly mutations: MessageMutationsService,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async listPins(user: AuthUser, query: ListPinsDto): Promise<MessagePageDto> {
    const { conversationId, limit } = query;
    await this.access.requireMember(user, conversationId);
    const [pinnedAt, id] = pinCursor.decode(query.cursor, [LAST_INSTANT, LAST_ID]);
    const reader = { conversationId, userId: user.userId };
    const rows = await this.pins.findPinsBefore(reader, { pinnedAt, id }, limit + 1);
    const { page, nextCursor } = toPage(rows, limit, (last) => pinCursor.encode(last.pinned_at, last.id));
    const items = page.map((row) => MessageDto.from(row));
    return { items, nextCursor, users: await this.users.findSummaries(items.flatMap(referencedUserIds)) };
  }

  pinMessage(user: AuthUser, { messageId }: MessageIdDto): Promise<MessageDto> {
    return this.mutations.changeMessage(user, messageId, 'message.pin', async (message) => {
      if (message.pinned_at) return MessageDto.from(message);
      if ((await this.pins.countPins(message.conversation_id)) >= MAX_PINS) throw tooManyPins();
      const row = await this.pins.setPinned(message, user.userId);
      return this.mutations.publishUpdated(row, user.userId);
    });
  }

  unpinMessage(user: AuthUser, { messageId }: MessageIdDto): Promise<MessageDto> {
    return this.mutations.changeMessage(user, messageId, 'message.pin', async (message) => {
      if (!message.pinned_at) return MessageDto.from(message);
      return this.mutations.publishUpdated(await this.pins.clearPinned(message), user.userId);
    });
  }
}

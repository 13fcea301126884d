import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { cursor, instant, LAST_ID, LAST_INSTANT, uuid } from '../../../kernel/paging/cursor.js';
import { toPage } from '../../../kernel/paging/page.js';
import { UsersService } from '../../users/users.service.js';
import type { ListSavedDto, SavedPageDto } from '../dto/message-flags.dto.js';
import { MessageDto, referencedUserIds } from '../dto/message.dto.js';
import { MessageFlagsRepository } from './message-flags.repository.js';

const savedCursor = cursor(instant, uuid);

/** List of the messages that a user has saved, in all conversations. */
@Injectable()
export class SavedMessagesService {
  constructor(
    private readonly flags: MessageFlagsRepository,
    private readonly users: UsersService,
  ) {}

  async listSavedMessages({ userId }: AuthUser, query: ListSavedDto): Promise<SavedPageDto> {
    const [savedAt, id] = savedCursor.decode(query.cursor, [LAST_INSTANT, LAST_ID]);
    const rows = await this.flags.findSavedBefore(userId, { savedAt, id }, query.limit + 1);
    const { page, nextCursor } = toPage(rows, query.limit, (last) =>
      savedCursor.encode(last.saved_at, last.id),
    );
    const items = page.map((row) => ({ savedAt: row.saved_at.toISOString(), message: MessageDto.from(row) }));
    const userIds = items.flatMap(({ message }) => referencedUserIds(message));
    return { items, nextCursor, users: await this.users.findSummaries(userIds) };
  }
}

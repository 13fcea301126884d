import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { decodeCursor, isSeq } from '../../../kernel/paging/cursor.js';
import { pageOf } from '../../../kernel/paging/page.js';
import { ConversationsAccess } from '../../conversations/conversations.access.js';
import { UsersService } from '../../users/users.service.js';
import { MessageDto, referencedUserIds } from '../dto/message.dto.js';
import { SHOWING_TYPES, type ListMediaDto, type MediaPageDto } from './dto/gallery.dto.js';
import { GalleryRepository } from './gallery.repository.js';

/** Tells a place in the gallery from one in another list. */
const SHOWN = 'shown';
const isShown = (value: unknown): boolean => value === SHOWN;

/** What was shown in a conversation, without the talk around it. */
@Injectable()
export class GalleryService {
  constructor(
    private readonly gallery: GalleryRepository,
    private readonly access: ConversationsAccess,
    private readonly users: UsersService,
  ) {}

  async list(
    user: AuthUser,
    { conversationId, type, cursor, limit = 50 }: ListMediaDto,
  ): Promise<MediaPageDto> {
    const [, before] = cursor ? decodeCursor(cursor, isShown, isSeq) : [SHOWN, Number.MAX_SAFE_INTEGER];
    await this.access.requireMember(user, conversationId);
    const rows = await this.gallery.pageBefore(
      { conversationId, userId: user.userId },
      type ? [type] : SHOWING_TYPES,
      before as number,
      limit + 1,
    );
    const { page, nextCursor } = pageOf(rows, limit, ({ seq }) => [SHOWN, seq]);
    const items = page.map((row) => MessageDto.from(row));
    return { items, nextCursor, users: await this.users.findSummaries(items.flatMap(referencedUserIds)) };
  }
}

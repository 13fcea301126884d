import { Injectable } from '@nestjs/common';
import type { AuthUser } from '../../../kernel/identity/auth-user.js';
import { decodeCursor, isSeq } from '../../../kernel/paging/cursor.js';
import { pageOf } from '../../../kernel/paging/page.js';
import { MessageRevisionDto, type EditPageDto, type ListEditsDto } from '../dto/edits.dto.js';
import type { MessageRow } from '../dto/message.dto.js';
import { EditsAccess } from './edits.access.js';
import { EditsRepository } from './edits.repository.js';
import { MessagesAccess } from '../messages.access.js';

/** What messages said before they were edited. */
@Injectable()
export class EditsService {
  constructor(
    private readonly edits: EditsRepository,
    private readonly access: EditsAccess,
    private readonly messages: MessagesAccess,
  ) {}

  async list(user: AuthUser, { messageId, cursor, limit = 50 }: ListEditsDto): Promise<EditPageDto> {
    const message = await this.messages.requireReader(user, messageId);
    this.access.requireReader(user, message);
    if (message.is_hidden) return { items: [], nextCursor: null };
    const isOfThis = (id: unknown): boolean => id === messageId;
    const after = cursor ? (decodeCursor(cursor, isOfThis, isSeq)[1] as number) : 0;
    const rows = await this.edits.page(messageId, after, limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, ({ version }) => [messageId, version]);
    return { items: page.map((row) => MessageRevisionDto.from(row)), nextCursor };
  }

  /** In the unit of work that replaces the text of a locked message. */
  async keepRevision({ id }: MessageRow): Promise<void> {
    if (this.access.areKept) await this.edits.insertRevision(id);
  }
}

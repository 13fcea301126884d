import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/identity/caller.js';
import { decodeCursor, isSeq } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
import { FormerTextDto, type EditPageDto, type ListEditsDto } from './dto/edits.dto.js';
import type { MessageRow } from './dto/message.dto.js';
import { EditsAccess } from './edits.access.js';
import { EditsRepository } from './edits.repository.js';
import { MessagesAccess } from './messages.access.js';

/** What messages said before they were edited. */
@Injectable()
export class EditsService {
  constructor(
    private readonly edits: EditsRepository,
    private readonly access: EditsAccess,
    private readonly messages: MessagesAccess,
  ) {}

  async list(caller: Caller, { messageId, cursor, limit = 50 }: ListEditsDto): Promise<EditPageDto> {
    const message = await this.messages.requireReader(caller, messageId);
    this.access.requireReader(caller, message);
    if (message.is_hidden) return { items: [], nextCursor: null };
    const isOfThis = (id: unknown): boolean => id === messageId;
    const after = cursor ? (decodeCursor(cursor, isOfThis, isSeq)[1] as number) : 0;
    const rows = await this.edits.page(messageId, after, limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, ({ version }) => [messageId, version]);
    return { items: page.map((row) => FormerTextDto.from(row)), nextCursor };
  }

  /** In the unit of work that replaces the text of a locked message. */
  async keep({ id }: MessageRow): Promise<void> {
    if (this.access.areKept) await this.edits.keep(id);
  }
}

import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { Caller } from '../../kernel/identity/caller.js';
import { beforePlace } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
import { toUsers } from '../../kernel/realtime/audience.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { MessagesService } from '../messages/messages.service.js';
import { CounterService } from '../users/counter.service.js';
import { draftUpdated } from './drafts.contract.js';
import { DraftsRepository } from './drafts.repository.js';
import {
  DraftDto,
  type DraftPageDto,
  type DraftPlaceDto,
  type DraftRow,
  type ListDraftsDto,
  type SaveDraftDto,
} from './dto/draft.dto.js';

type Text = Pick<DraftRow, 'content' | 'reply_to_id' | 'mentions'>;

/** What somebody has written and not sent, the same on all their devices. */
@Injectable()
export class DraftsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly drafts: DraftsRepository,
    private readonly messages: MessagesService,
    private readonly access: ConversationsAccess,
    private readonly counter: CounterService,
    private readonly publisher: Publisher,
  ) {}

  async list({ userId }: Caller, { cursor, limit = 50 }: ListDraftsDto): Promise<DraftPageDto> {
    const rows = await this.drafts.page(userId, beforePlace(cursor), limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, (last) => [last.updated_at.getTime(), last.place_id]);
    return { items: page.map((row) => DraftDto.from(row)), nextCursor };
  }

  save(caller: Caller, { content, replyToId, mentions = [], ...place }: SaveDraftDto): Promise<DraftDto> {
    return this.change(caller, place, { content, reply_to_id: replyToId ?? null, mentions });
  }

  remove(caller: Caller, place: DraftPlaceDto): Promise<DraftDto> {
    return this.change(caller, place, { content: null, reply_to_id: null, mentions: null });
  }

  /** For sync: in the order of the counter. */
  async changedAfter(userId: string, after: number, limit: number): Promise<DraftDto[]> {
    return (await this.drafts.changedAfter(userId, after, limit)).map((row) => DraftDto.from(row));
  }

  private change(
    caller: Caller,
    { conversationId, threadRootId = null }: { conversationId: string; threadRootId?: string | null },
    text: Text,
  ): Promise<DraftDto> {
    const { userId } = caller;
    return this.unitOfWork.run(async () => {
      const meVersion = await this.counter.lock(userId);
      await this.access.requireMember(caller, conversationId);
      await this.messages.requireThere(conversationId, { threadRootId, replyToId: text.reply_to_id });
      const nothing = { content: null, reply_to_id: null, mentions: null, version: meVersion };
      const place = { conversation_id: conversationId, thread_root_id: threadRootId };
      const before = (await this.drafts.find(userId, threadRootId ?? conversationId)) ?? {
        ...place,
        ...nothing,
        updated_at: new Date(),
      };
      if (isDeepStrictEqual(textOf(before), text)) return DraftDto.from(before);
      const version = await this.counter.next(userId);
      const draft = DraftDto.from(await this.drafts.put(userId, { ...place, ...text, version }));
      this.publisher.publish(draftUpdated, draft, toUsers(userId));
      return draft;
    });
  }
}

function textOf({ content, reply_to_id, mentions }: DraftRow): Text {
  return { content, reply_to_id, mentions };
}

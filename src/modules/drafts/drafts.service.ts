import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { beforePlace } from '../../kernel/paging/cursor.js';
import { pageOf } from '../../kernel/paging/page.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { MessagesService } from '../messages/messages.service.js';
import { AccountVersionService } from '../users/account-version.service.js';
import { draftUpdated } from './drafts.contract.js';
import { DraftsRepository } from './drafts.repository.js';
import {
  DraftDto,
  type DraftPageDto,
  type DraftKeyDto,
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
    private readonly counter: AccountVersionService,
    private readonly publisher: Publisher,
  ) {}

  async list({ userId }: AuthUser, { cursor, limit = 50 }: ListDraftsDto): Promise<DraftPageDto> {
    const rows = await this.drafts.page(userId, beforePlace(cursor), limit + 1);
    const { page, nextCursor } = pageOf(rows, limit, (last) => [last.updated_at.getTime(), last.draft_key]);
    return { items: page.map((row) => DraftDto.from(row)), nextCursor };
  }

  save(user: AuthUser, { content, replyToId, mentions = [], ...place }: SaveDraftDto): Promise<DraftDto> {
    return this.change(user, place, { content, reply_to_id: replyToId ?? null, mentions });
  }

  remove(user: AuthUser, place: DraftKeyDto): Promise<DraftDto> {
    return this.change(user, place, { content: null, reply_to_id: null, mentions: null });
  }

  /** For sync: in the order of the counter. */
  async changedAfter(userId: string, after: number, limit: number): Promise<DraftDto[]> {
    return (await this.drafts.changedAfter(userId, after, limit)).map((row) => DraftDto.from(row));
  }

  private change(
    user: AuthUser,
    { conversationId, threadRootId = null }: { conversationId: string; threadRootId?: string | null },
    text: Text,
  ): Promise<DraftDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const accountVersion = await this.counter.lockUser(userId);
      await this.access.requireMember(user, conversationId);
      await this.messages.requireReferences(conversationId, { threadRootId, replyToId: text.reply_to_id });
      const nothing = { content: null, reply_to_id: null, mentions: null, version: accountVersion };
      const place = { conversation_id: conversationId, thread_root_id: threadRootId };
      const before = (await this.drafts.find(userId, threadRootId ?? conversationId)) ?? {
        ...place,
        ...nothing,
        updated_at: new Date(),
      };
      if (isDeepStrictEqual(textOf(before), text)) return DraftDto.from(before);
      const version = await this.counter.increment(userId);
      const draft = DraftDto.from(await this.drafts.put(userId, { ...place, ...text, version }));
      this.publisher.publish(draftUpdated, draft, toUsers(userId));
      return draft;
    });
  }
}

function textOf({ content, reply_to_id, mentions }: DraftRow): Text {
  return { content, reply_to_id, mentions };
}

import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../kernel/database/unit-of-work.js';
import type { AuthUser } from '../../kernel/identity/auth-user.js';
import { cursor, instant, LAST_ID, LAST_INSTANT, uuid } from '../../kernel/paging/cursor.js';
import { toPage } from '../../kernel/paging/page.js';
import { toUsers } from '../../kernel/realtime/recipient-resolver.js';
import { Publisher } from '../../kernel/realtime/publisher.js';
import { ConversationsAccess } from '../conversations/conversations.access.js';
import { MessageValidator } from '../messages/messages.validator.js';
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

type DraftContent = Pick<DraftRow, 'content' | 'reply_to_id' | 'mentions'>;

const EMPTY: DraftContent = { content: null, reply_to_id: null, mentions: null };
const draftCursor = cursor(instant, uuid);

/** Drafts: one for each conversation and thread of a user, the same on all devices. */
@Injectable()
export class DraftsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly drafts: DraftsRepository,
    private readonly messageValidator: MessageValidator,
    private readonly access: ConversationsAccess,
    private readonly accountVersions: AccountVersionService,
    private readonly publisher: Publisher,
  ) {}

  async listDrafts({ userId }: AuthUser, query: ListDraftsDto): Promise<DraftPageDto> {
    const [at, id] = draftCursor.decode(query.cursor, [LAST_INSTANT, LAST_ID]);
    const rows = await this.drafts.listDrafts(userId, { at, id }, query.limit + 1);
    const { page, nextCursor } = toPage(rows, query.limit, (last) =>
      draftCursor.encode(last.updated_at, last.draft_key),
    );
    return { items: page.map((row) => DraftDto.from(row)), nextCursor };
  }

  saveDraft(user: AuthUser, { content, replyToId, mentions = [], ...key }: SaveDraftDto): Promise<DraftDto> {
    return this.updateDraft(user, key, { content, reply_to_id: replyToId ?? null, mentions });
  }

  removeDraft(user: AuthUser, key: DraftKeyDto): Promise<DraftDto> {
    return this.updateDraft(user, key, EMPTY);
  }

  /** Drafts changed after an account version, in version order. */
  async listAccountChanges(userId: string, after: number, limit: number): Promise<DraftDto[]> {
    return (await this.drafts.listChangedDrafts(userId, after, limit)).map((row) => DraftDto.from(row));
  }

  private updateDraft(
    user: AuthUser,
    { conversationId, threadRootId = null }: { conversationId: string; threadRootId?: string | null },
    content: DraftContent,
  ): Promise<DraftDto> {
    const { userId } = user;
    return this.unitOfWork.run(async () => {
      const accountVersion = await this.accountVersions.lockUser(userId);
      await this.access.requireMember(user, conversationId);
      await this.messageValidator.requireReferences(conversationId, {
        threadRootId,
        replyToId: content.reply_to_id,
      });
      const key = { conversation_id: conversationId, thread_root_id: threadRootId };
      const before = (await this.drafts.findDraft(userId, threadRootId ?? conversationId)) ?? {
        ...key,
        ...EMPTY,
        version: accountVersion,
        updated_at: new Date(),
      };
      if (isDeepStrictEqual(toDraftContent(before), content)) return DraftDto.from(before);
      const version = await this.accountVersions.increment(userId);
      const draft = DraftDto.from(await this.drafts.upsertDraft(userId, { ...key, ...content, version }));
      this.publisher.publish(draftUpdated, draft, toUsers(userId));
      return draft;
    });
  }
}

function toDraftContent({ content, reply_to_id, mentions }: DraftRow): DraftContent {
  return { content, reply_to_id, mentions };
}

import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import { DateTimeField, IdField, IdsField, IntField, TextField } from '../../../kernel/validation/fields.js';
import { PageDto, PageQueryDto } from '../../../kernel/paging/page.dto.js';
import { MAX_MENTIONS } from '../../messages/dto/message.dto.js';
import { MAX_CONTENT } from '../../messages/dto/send-message.dto.js';
import type { Draft } from '../entities/draft.entity.js';

/** Place of a draft: a conversation or one of its threads. */
export class DraftKeyDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IdField('Id of the thread root. Omitted: the main timeline.', { optional: true })
  threadRootId?: string;
}

/** Draft to save. */
export class SaveDraftDto extends DraftKeyDto {
  @TextField('Unsent text, at most 10,000 characters.', { max: MAX_CONTENT })
  content: string;

  @IdField('Id of the message of this conversation that the draft replies to.', { optional: true })
  replyToId?: string;

  @IdsField('Ids of mentioned users.', { optional: true, min: 0, max: MAX_MENTIONS })
  mentions?: string[];
}

/** Query for the drafts of the current user. */
export class ListDraftsDto extends PageQueryDto {}

export type DraftRow = ColumnsOf<
  Draft,
  'conversation_id' | 'thread_root_id' | 'content' | 'reply_to_id' | 'mentions' | 'version' | 'updated_at'
>;

/** Unsent text of the current user. */
export class DraftDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IdField('Id of the thread root; null for the main timeline.', { nullable: true })
  threadRootId: string | null;

  @TextField('Unsent text; null when the draft was removed.', { nullable: true, max: MAX_CONTENT })
  content: string | null;

  @IdField('Id of the message that the draft replies to; null for none.', { nullable: true })
  replyToId: string | null;

  @IdsField('Ids of mentioned users.', { min: 0, max: MAX_MENTIONS })
  mentions: string[];

  @DateTimeField('Time of the last change.')
  updatedAt: string;

  @IntField('Account version of the last change.')
  accountVersion: number;

  static from(row: DraftRow): DraftDto {
    return {
      conversationId: row.conversation_id,
      threadRootId: row.thread_root_id,
      content: row.content,
      replyToId: row.reply_to_id,
      mentions: row.mentions ?? [],
      updatedAt: row.updated_at.toISOString(),
      accountVersion: row.version,
    };
  }
}

/** Page of drafts. */
export class DraftPageDto extends PageDto(DraftDto, 'Drafts, most recently updated first.') {}

import {
  CursorField,
  IdField,
  IdsField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';
import { MAX_MENTIONS } from '../../messages/dto/message.dto.js';
import { MAX_CONTENT } from '../../messages/dto/send-message.dto.js';

/** Where a message would be sent. */
export class DraftKeyDto {
  @IdField('The conversation.')
  conversationId: string;

  @IdField('The message in whose thread it would be a reply.', { optional: true })
  threadRootId?: string;
}

export class SaveDraftDto extends DraftKeyDto {
  @TextField('The text so far.', { max: MAX_CONTENT })
  content: string;

  @IdField('The message of this conversation that it replies to.', { optional: true })
  replyToId?: string;

  @IdsField('Whom it names.', { optional: true, min: 0, max: MAX_MENTIONS })
  mentions?: string[];
}

export class ListDraftsDto {
  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 50 })
  limit?: number = 50;
}

export interface DraftRow {
  conversation_id: string;
  thread_root_id: string | null;
  content: string | null;
  reply_to_id: string | null;
  mentions: string[] | null;
  version: number;
  updated_at: Date;
}

/** What I have written and not sent. */
export class DraftDto {
  @IdField('The conversation.')
  conversationId: string;

  @IdField('The message in whose thread it would be a reply; null: it is for the conversation itself.', {
    nullable: true,
  })
  threadRootId: string | null;

  @TextField('The text so far; null: there is none any more.', { nullable: true, max: MAX_CONTENT })
  content: string | null;

  @IdField('What it replies to.', { nullable: true })
  replyToId: string | null;

  @IdsField('Whom it names.', { min: 0, max: MAX_MENTIONS })
  mentions: string[];

  @DateTimeField('When it last changed.')
  updatedAt: string;

  @IntField('Where my counter `me` stands with this.')
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

export class DraftPageDto {
  @NestedField('What changed last comes first.', () => [DraftDto])
  items: DraftDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;
}

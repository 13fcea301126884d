import { ApiExtraModels } from '@nestjs/swagger';
import {
  CursorField,
  BooleanField,
  IdsField,
  IntField,
  NestedField,
  TextField,
  VersionsField,
} from '../../../kernel/validation/fields.js';
import { ConversationSummaryDto } from '../../conversations/dto/conversation.dto.js';
import { MemberDto } from '../../conversations/dto/member.dto.js';
import { ReceiptDto } from '../../conversations/dto/receipts.dto.js';
import { MessageDto } from '../../messages/dto/message.dto.js';
import { ThreadSubscriptionDto } from '../../messages/threads/dto/thread-subscription.dto.js';
import { AccountDto, UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';
import { AccountDataDto } from './account-data.dto.js';

/** Conversations that one request may name. */
export const MAX_NAMED = 500;

export class SyncRequestDto {
  @IntField('The `me` of the last answer whose nextCursor was null; 0: I have nothing yet.', {
    optional: true,
    default: 0,
  })
  accountVersion?: number = 0;

  @VersionsField('Conversations that I have, and the version that I have of each.', {
    optional: true,
    max: MAX_NAMED,
  })
  conversations?: Record<string, number>;

  @IdsField('Conversations among those for which I also want to know how far the others have read.', {
    optional: true,
    min: 0,
    max: 20,
  })
  receiptsFor?: string[];

  @CursorField('The nextCursor of the answer before, with the same `me` and the same conversations.')
  cursor?: string;
}

export class ConversationDeltaDto {
  @NestedField('The conversation, as in a list.', () => ConversationSummaryDto)
  conversation: ConversationSummaryDto;

  @NestedField(
    'The messages that changed, in the order of their versions; with reset: the newest, oldest first.',
    () => [MessageDto],
  )
  messages: MessageDto[];

  @NestedField(
    'The members, the first 100 by userId, if any have changed; null: those that you have are still right.',
    () => [MemberDto],
    { nullable: true },
  )
  members: MemberDto[] | null;

  @NestedField(
    'How far others have read, where it was asked and the conversation shows it; else null.',
    () => [ReceiptDto],
    {
      nullable: true,
    },
  )
  receipts: ReceiptDto[] | null;

  @NestedField(
    'The threads in it that I follow, where replies came or went since: what is unread of each now.',
    () => [ThreadSubscriptionDto],
  )
  threadSubscriptions: ThreadSubscriptionDto[];

  @IntField('Everything up to this version of it is in here.', { min: 1 })
  version: number;

  @BooleanField('True: this replaces what you have of it, unless you have this very version.')
  reset: boolean;

  @BooleanField('Whether there are older messages than these, to be read with message.list.')
  hasMore: boolean;
}

@ApiExtraModels(UserDto)
export class SyncResponseDto {
  @IntField('What to ask with next time. It moves on with the last page only.')
  accountVersion: number;

  @NestedField('Me, on the first page.', () => AccountDto, { nullable: true })
  user: AccountDto | null;

  @IdsField('Everybody whom I block, if that has changed since; else null.', { nullable: true, max: 1_000 })
  blocks: string[] | null;

  @NestedField('What is mine alone, on the first pages; else null.', () => AccountDataDto, { nullable: true })
  accountData: AccountDataDto | null;

  @NestedField('What has changed: those that were named first, then those that are new to me.', () => [
    ConversationDeltaDto,
  ])
  conversations: ConversationDeltaDto[];

  @IdsField('Of those that were named: I am no longer in them, or they are gone.', { max: MAX_NAMED })
  removed: string[];

  @UsersField()
  users: Record<string, UserDto>;

  @TextField('There is more: ask again with it. Null: that was all.', { nullable: true })
  nextCursor: string | null;
}

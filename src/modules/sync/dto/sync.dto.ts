import { ApiExtraModels } from '@nestjs/swagger';
import {
  CursorField,
  BooleanField,
  DateTimeField,
  IdField,
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
import { ThreadSubscriptionDto } from '../../messages/dto/threads.dto.js';
import { AccountDto } from '../../users/dto/account.dto.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/page-with-users.dto.js';
import { DraftDto } from '../../drafts/dto/draft.dto.js';
import { MessageFlagsDto } from '../../messages/dto/message-flags.dto.js';
import { ScheduledMessageDto } from '../../scheduled-messages/dto/scheduled-message.dto.js';

/** Conversations in one request. */
export const MAX_REQUESTED = 500;

/** State that the client holds. */
export class SyncRequestDto {
  @IdField(
    'Epoch of the last response. With another epoch than the current one the held versions are ignored.',
    {
      optional: true,
    },
  )
  epoch?: string;

  @IntField('Account version of the last response without a nextCursor; 0 for a first sync.', {
    optional: true,
    default: 0,
  })
  accountVersion?: number = 0;

  @VersionsField('Versions of the conversations that the client holds, by conversation id. At most 500.', {
    optional: true,
    max: MAX_REQUESTED,
  })
  conversations?: Record<string, number>;

  @IdsField('Ids of requested conversations whose receipts are returned as well. At most 20.', {
    optional: true,
    min: 0,
    max: 20,
  })
  receiptsFor?: string[];

  @DateTimeField(
    'The usersAsOf of the last sync: `users` then contains the users of the 50 most recently active conversations whose names or avatar changed since. Without it none of them.',
    { optional: true },
  )
  usersAsOf?: string;

  @CursorField('nextCursor of the previous page. epoch, accountVersion and conversations stay the same.')
  cursor?: string;
}

/** Changes of one conversation. */
export class ConversationDeltaDto {
  @NestedField('Conversation as in the conversation list.', () => ConversationSummaryDto)
  conversation: ConversationSummaryDto;

  @NestedField(
    'Changed messages in version order, thread replies included; with reset the newest messages without thread replies, oldest first.',
    () => [MessageDto],
  )
  messages: MessageDto[];

  @NestedField('Members, the first 100 by user id; null when they did not change.', () => [MemberDto], {
    nullable: true,
  })
  members: MemberDto[] | null;

  @NestedField(
    'Receipts of other members; null unless requested and shown by the conversation.',
    () => [ReceiptDto],
    {
      nullable: true,
    },
  )
  receipts: ReceiptDto[] | null;

  @NestedField(
    'Followed threads with added, changed or deleted replies, with their current unread counts.',
    () => [ThreadSubscriptionDto],
  )
  threadSubscriptions: ThreadSubscriptionDto[];

  @IntField('Conversation version that this delta covers.', { min: 1 })
  version: number;

  @BooleanField('Whether the delta replaces the held conversation, unless the client holds this version.')
  reset: boolean;

  @BooleanField('Whether older messages that are no thread replies exist. message.list returns them.')
  hasMore: boolean;
}

/** One page of a sync. */
@ApiExtraModels(UserDto)
export class SyncResponseDto {
  @IdField(
    'Epoch of the database. With another one than before, the client discards what it holds and applies this page.',
  )
  epoch: string;

  @IntField('Account version of the next sync. It advances with the last page only.')
  accountVersion: number;

  @NestedField('Account of the current user; null after the first page.', () => AccountDto, {
    nullable: true,
  })
  user: AccountDto | null;

  @IdsField('Ids of all blocked users; null when they did not change, or after the first page.', {
    nullable: true,
    min: 0,
    max: 1_000,
  })
  blocks: string[] | null;

  @NestedField('Changed account data; null after the pages that carry it.', () => AccountDataDto, {
    nullable: true,
  })
  accountData: AccountDataDto | null;

  @BooleanField(
    'Whether the client first discards the scheduled messages that it holds: some were deleted that it may not know to be finished.',
  )
  resetScheduledMessages: boolean;

  @NestedField('Changed requested conversations, then conversations above the account version.', () => [
    ConversationDeltaDto,
  ])
  conversations: ConversationDeltaDto[];

  @IdsField('Ids of the requested conversations that the user left or that were deleted.', {
    min: 0,
    max: MAX_REQUESTED,
  })
  removed: string[];

  @UsersField()
  users: Record<string, UserDto>;

  @DateTimeField(
    'Time up to which changed users are included, of the clock of the database; null after the first page. Beyond 1,000 of them it is the time of the newest included change, and the next sync continues there.',
    { nullable: true },
  )
  usersAsOf: string | null;

  @TextField('Cursor of the next page; null on the last page.', { nullable: true })
  nextCursor: string | null;
}

/** Changed private data of the current user, each list in the order of account versions. */
export class AccountDataDto {
  @NestedField('Message flags that were set or cleared.', () => [MessageFlagsDto])
  messageFlags: MessageFlagsDto[];

  @NestedField('Thread subscriptions that were begun, ended or read.', () => [ThreadSubscriptionDto])
  threadSubscriptions: ThreadSubscriptionDto[];

  @NestedField('Drafts that were saved or removed.', () => [DraftDto])
  drafts: DraftDto[];

  @NestedField('Scheduled messages that were created, changed or ended.', () => [ScheduledMessageDto])
  scheduledMessages: ScheduledMessageDto[];
}

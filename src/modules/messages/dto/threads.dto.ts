import { PageQueryDto } from '../../../kernel/paging/page.dto.js';
import {
  BooleanField,
  EnumField,
  IdField,
  IntField,
  NestedField,
} from '../../../kernel/validation/fields.js';
import { PageWithUsersDto } from '../../users/dto/page-with-users.dto.js';
import { SeqPageQueryDto } from './list-messages.dto.js';
import { MessageDto, MessageIdDto } from './message.dto.js';

export interface ThreadSubscriptionRow {
  conversation_id: string;
  conversation_version: number;
  thread_root_id: string;
  following: boolean;
  last_read_seq: number;
  unread: number;
  mentions: number;
  version: number;
}

/** State of a thread for the current user, visible to this user only. */
export class ThreadSubscriptionDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IdField('Id of the thread root.')
  threadRootId: string;

  @BooleanField(
    'Whether the user follows the thread. If false, the read position and the unread count are meaningless.',
  )
  following: boolean;

  @IntField('Read position: seq of the last read reply. It only increases.')
  lastReadSeq: number;

  @IntField('Number of replies of other users after the read position, without deleted and hidden replies.')
  unread: number;

  @IntField('Number of unread replies that mention the current user or all members.')
  mentions: number;

  @IntField('Version of the conversation at which `unread` and `mentions` were counted.', { min: 1 })
  conversationVersion: number;

  @IntField('Account version of the last change of the subscription; 0: the user never had a subscription.')
  accountVersion: number;

  static from(row: ThreadSubscriptionRow): ThreadSubscriptionDto {
    return {
      conversationId: row.conversation_id,
      threadRootId: row.thread_root_id,
      following: row.following,
      lastReadSeq: row.last_read_seq,
      unread: row.unread,
      mentions: row.mentions,
      conversationVersion: row.conversation_version,
      accountVersion: row.version,
    };
  }
}

/** New read position in a thread. */
export class ReadThreadDto extends MessageIdDto {
  @IntField('Seq of the last read reply. A value above the newest reply means the newest reply.', { min: 1 })
  seq: number;
}

/** Page query of a thread. */
export class GetThreadDto extends SeqPageQueryDto {
  @IdField('Id of the thread root.')
  messageId: string;
}

/** Thread root with a page of replies. */
export class ThreadPageDto extends PageWithUsersDto(MessageDto, 'Replies, oldest first.') {
  @NestedField('Message that starts the thread.', () => MessageDto)
  root: MessageDto;

  @NestedField(
    'Subscription of the current user, also if the user does not follow the thread.',
    () => ThreadSubscriptionDto,
  )
  subscription: ThreadSubscriptionDto;
}

/** Page query of the followed threads. */
export class ListThreadsDto extends PageQueryDto {
  @EnumField('Part of the followed threads: all, or those with unread replies.', ['all', 'unread'], {
    optional: true,
    default: 'all',
  })
  filter: 'all' | 'unread' = 'all';
}

/** Followed thread in a list. */
export class ThreadDto {
  @NestedField('Message that starts the thread.', () => MessageDto)
  root: MessageDto;

  @NestedField('Newest reply, including a deleted one. Null without replies.', () => MessageDto, {
    nullable: true,
  })
  lastReply: MessageDto | null;

  @NestedField('Subscription of the current user.', () => ThreadSubscriptionDto)
  subscription: ThreadSubscriptionDto;
}

/** Page of followed threads. */
export class ThreadListDto extends PageWithUsersDto(ThreadDto, 'Followed threads, newest reply first.') {}

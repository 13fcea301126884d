import { BooleanField, IdField, IntField } from '../../../../kernel/validation/fields.js';

/** What a thread is to its reader, as the repository reads it. */
export interface ThreadSubscriptionRow {
  conversation_id: string;
  conversation_version: number;
  thread_root_id: string;
  following: boolean;
  last_read_seq: number;
  unread: number;
  version: number;
}

/** My own side of a thread: nobody else sees it. */
export class ThreadSubscriptionDto {
  @IdField('The conversation.')
  conversationId: string;

  @IdField('The message under which the thread is.')
  threadRootId: string;

  @BooleanField('Whether I follow it. If not, the rest says nothing.')
  following: boolean;

  @IntField('I have read its replies up to this seq. Only moves forward.')
  lastReadSeq: number;

  @IntField('How many replies after my mark are not mine and not deleted.')
  unread: number;

  @IntField('The version of the conversation at which `unread` was counted.', { min: 1 })
  conversationVersion: number;

  @IntField('Where my counter `me` stood after the last change of this; 0: I have never had to do with it.')
  accountVersion: number;

  static from(row: ThreadSubscriptionRow): ThreadSubscriptionDto {
    return {
      conversationId: row.conversation_id,
      threadRootId: row.thread_root_id,
      following: row.following,
      lastReadSeq: row.last_read_seq,
      unread: row.unread,
      conversationVersion: row.conversation_version,
      accountVersion: row.version,
    };
  }
}

import type { ColumnsOf, Prefixed } from '../../../kernel/database/row-of.js';
import {
  BooleanField,
  DateTimeField,
  EnumField,
  IdField,
  IntField,
  NestedField,
} from '../../../kernel/validation/fields.js';
import { MEMBER_ROLES, type MemberRole } from '../conversations.permissions.js';
import type { ConversationMember } from '../entities/conversation-member.entity.js';
import { ConversationIdDto } from './create-conversation.dto.js';

/** Membership with its unread counts. */
export type MembershipRow = Prefixed<
  'membership_',
  ColumnsOf<
    ConversationMember,
    | 'user_id'
    | 'role'
    | 'last_read_seq'
    | 'unread_from_seq'
    | 'muted_until'
    | 'archived_at'
    | 'pinned_at'
    | 'joined_account_version'
    | 'version'
  > & { unread: number; mentions: number }
>;

/**
 * Result of update_read_state. `outcome`: updated, unchanged, or the code of an error without a membership. `is_receipt`: the
 * change is visible to other members.
 */
export type ReadStateRow = MembershipRow & {
  outcome: string;
  is_receipt: boolean;
  conversation_version: number;
  membership_last_delivered_seq: number;
};

/** Columns of ReadStateRow without the outcome, from update_read_state. */
export const READ_STATE_COLUMNS = `is_receipt, conversation_version, unread AS membership_unread, mentions AS membership_mentions,
  (member).user_id AS membership_user_id, (member).role AS membership_role,
  (member).last_read_seq AS membership_last_read_seq, (member).last_delivered_seq AS membership_last_delivered_seq,
  (member).unread_from_seq AS membership_unread_from_seq, (member).muted_until AS membership_muted_until,
  (member).archived_at AS membership_archived_at, (member).pinned_at AS membership_pinned_at,
  (member).joined_account_version AS membership_joined_account_version, (member).version AS membership_version`;

/** Membership of the current user: its private side of a conversation. */
export class MembershipDto {
  @EnumField('Role of the current user in the conversation.', MEMBER_ROLES)
  role: MemberRole;

  @IntField('Read position: all messages up to this seq are read. Only moves forward.')
  lastReadSeq: number;

  @IntField(
    'Seq from which the conversation is marked as unread; null without such a mark. The next read clears it.',
    {
      nullable: true,
      min: 1,
    },
  )
  unreadFromSeq: number | null;

  @IntField(
    'Number of unread messages, without own, deleted and hidden messages, thread replies, system messages, and calls that the current user took or declined.',
  )
  unread: number;

  @IntField('Number of unread messages that mention the current user or all members.')
  mentions: number;

  @DateTimeField('End of the mute; null when not muted.', { nullable: true })
  mutedUntil: string | null;

  @DateTimeField('Time of archiving; null when not archived.', { nullable: true })
  archivedAt: string | null;

  @DateTimeField('Time of pinning; null when not pinned.', { nullable: true })
  pinnedAt: string | null;

  @IntField('Account version at joining. Older account data of this conversation is void.')
  joinedAccountVersion: number;

  @IntField('Account version of the last change of this membership.')
  accountVersion: number;

  static from(row: MembershipRow): MembershipDto {
    return {
      role: row.membership_role,
      lastReadSeq: row.membership_last_read_seq,
      unreadFromSeq: row.membership_unread_from_seq,
      unread: row.membership_unread,
      mentions: row.membership_mentions,
      mutedUntil: row.membership_muted_until?.toISOString() ?? null,
      archivedAt: row.membership_archived_at?.toISOString() ?? null,
      pinnedAt: row.membership_pinned_at?.toISOString() ?? null,
      joinedAccountVersion: row.membership_joined_account_version,
      accountVersion: row.membership_version,
    };
  }
}

/** Changed membership, with the conversation that it belongs to. */
export class MembershipUpdatedDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IntField('Version of the conversation at which `unread` was counted.', { min: 1 })
  conversationVersion: number;

  @NestedField('Membership of the current user.', () => MembershipDto)
  membership: MembershipDto;
}

/** Changes of a membership; omitted fields stay unchanged. */
export class UpdateMembershipDto extends ConversationIdDto {
  @DateTimeField('End of the mute; null unmutes. Muted messages are still delivered and counted as unread.', {
    optional: true,
    nullable: true,
  })
  mutedUntil?: string | null;

  @BooleanField('Whether the conversation is pinned to the top of the list.', { optional: true })
  pinned?: boolean;

  @BooleanField('Whether the conversation is archived. New messages do not unarchive it.', { optional: true })
  archived?: boolean;
}

/** Position of a change of the read state. */
export class UpdateReadStateDto extends ConversationIdDto {
  @IntField('Seq of a message. A value beyond the newest message stands for the newest.', { min: 1 })
  seq: number;
}

/** Read state of the current user in a conversation. */
export class ReadStateDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IntField('Read position: all messages up to this seq are read.')
  lastReadSeq: number;

  @IntField('Delivered position: all messages up to this seq reached a device; at least lastReadSeq.')
  lastDeliveredSeq: number;

  @IntField('Number of unread messages in the conversation.')
  unread: number;
}

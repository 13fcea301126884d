import type { ColumnsOf, Prefixed } from '../../../kernel/database/row-of.js';
import {
  EnumField,
  IdField,
  IntField,
  NestedField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';
import { MEMBER_ROLES, type MemberRole } from '../conversations.permissions.js';
import type { ConversationMember } from '../entities/conversation-member.entity.js';

/** A membership with what its person has not read, as the repository reads it. */
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

/** My own side of a conversation: nobody else sees it. */
export class MembershipDto {
  @EnumField('What I may do.', MEMBER_ROLES)
  role: MemberRole;

  @IntField('I have read up to this seq. Only moves forward.')
  lastReadSeq: number;

  @IntField('I marked it as unread from this seq on; null: I did not. The next read takes it away.', {
    nullable: true,
    min: 1,
  })
  unreadFromSeq: number | null;

  @IntField(
    'How many messages after my mark are not mine, not deleted, no replies in threads, not of the server.',
  )
  unread: number;

  @IntField('How many of those mention me, or everybody.')
  mentions: number;

  @DateTimeField('No notifications until then.', { nullable: true })
  mutedUntil: string | null;

  @DateTimeField('When I archived it.', { nullable: true })
  archivedAt: string | null;

  @DateTimeField('When I pinned it.', { nullable: true })
  pinnedAt: string | null;

  @IntField('Where my counter `me` stood when I came in: what was mine alone in it before that is gone.')
  joinedAccountVersion: number;

  @IntField('Where my counter `me` stood after the last change of this.')
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

/** The payload of membership.updated, and the answer to what causes it. */
export class MembershipUpdatedDto {
  @IdField('The conversation.')
  conversationId: string;

  @IntField('The version of the conversation at which `unread` was counted.', { min: 1 })
  conversationVersion: number;

  @NestedField('My own side of it.', () => MembershipDto)
  membership: MembershipDto;
}

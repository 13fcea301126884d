import {
  EnumField,
  IdField,
  IntField,
  NestedField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';
import { MEMBER_ROLES, type MemberRole } from '../conversations.permissions.js';

/** A membership with what its person has not read, as the repository reads it. */
export interface MembershipRow {
  my_user_id: string;
  my_role: MemberRole;
  my_last_read_seq: number;
  my_unread_from_seq: number | null;
  my_unread: number;
  my_mentions: number;
  my_muted_until: Date | null;
  my_archived_at: Date | null;
  my_pinned_at: Date | null;
  my_since: number;
  my_version: number;
}

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
      role: row.my_role,
      lastReadSeq: row.my_last_read_seq,
      unreadFromSeq: row.my_unread_from_seq,
      unread: row.my_unread,
      mentions: row.my_mentions,
      mutedUntil: row.my_muted_until?.toISOString() ?? null,
      archivedAt: row.my_archived_at?.toISOString() ?? null,
      pinnedAt: row.my_pinned_at?.toISOString() ?? null,
      joinedAccountVersion: row.my_since,
      accountVersion: row.my_version,
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

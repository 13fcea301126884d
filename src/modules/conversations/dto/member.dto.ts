import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import { EnumField, IdField, DateTimeField } from '../../../kernel/validation/fields.js';
import { MEMBER_ROLES, type MemberRole } from '../conversations.permissions.js';
import type { ConversationMember } from '../entities/conversation-member.entity.js';

export type MemberRow = ColumnsOf<ConversationMember, 'user_id' | 'role' | 'joined_at'>;

/** A person in a conversation, as all who are in it see them. */
export class MemberDto {
  @IdField('Who.')
  userId: string;

  @EnumField('What they may do in the conversation.', MEMBER_ROLES)
  role: MemberRole;

  @DateTimeField('Since when.')
  joinedAt: string;

  static from(row: MemberRow): MemberDto {
    return { userId: row.user_id, role: row.role, joinedAt: row.joined_at.toISOString() };
  }
}

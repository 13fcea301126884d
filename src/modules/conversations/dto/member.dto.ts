import { EnumField, IdField, DateTimeField } from '../../../kernel/validation/fields.js';
import { MEMBER_ROLES, type MemberRole } from '../conversations.permissions.js';

export interface MemberRow {
  user_id: string;
  role: MemberRole;
  joined_at: Date;
}

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

import { ApiExtraModels } from '@nestjs/swagger';
import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import { MAX_PAGE_SIZE, PageQueryDto } from '../../../kernel/paging/page.dto.js';
import {
  BooleanField,
  DateTimeField,
  EnumField,
  IdField,
  IdsField,
  IntField,
  NestedField,
  UserRefField,
} from '../../../kernel/validation/fields.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { PageWithUsersDto, UsersField } from '../../users/dto/page-with-users.dto.js';
import { MEMBER_ROLES, type MemberRole } from '../conversations.permissions.js';
import type { ConversationMember } from '../entities/conversation-member.entity.js';
import { ConversationIdDto } from './create-conversation.dto.js';
import { FeaturesDto } from './features.dto.js';

export type MemberRow = ColumnsOf<ConversationMember, 'user_id' | 'role' | 'joined_at'>;

/** Member of a conversation as all members see it. */
export class MemberDto {
  @IdField('Id of the user.')
  userId: string;

  @EnumField('Role in the conversation.', MEMBER_ROLES)
  role: MemberRole;

  @DateTimeField('Time at which the user became a member.')
  joinedAt: string;

  static from(row: MemberRow): MemberDto {
    return { userId: row.user_id, role: row.role, joinedAt: row.joined_at.toISOString() };
  }
}

/** Page query of the members of a conversation. */
export class ListMembersDto extends PageQueryDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IntField(`Page size, 1–${MAX_PAGE_SIZE}, default ${MAX_PAGE_SIZE}.`, {
    optional: true,
    min: 1,
    max: MAX_PAGE_SIZE,
    default: MAX_PAGE_SIZE,
  })
  override limit: number = MAX_PAGE_SIZE;
}

/** Page of members with their users. */
export class MemberPageDto extends PageWithUsersDto(MemberDto, 'Members in ascending order of user id.') {}

/** Users to add to a conversation. */
export class AddMembersDto extends ConversationIdDto {
  @IdsField('Ids of the users to add. Existing members, the current user among them, stay unchanged.')
  userIds: string[];
}

/** Member to remove from a conversation. */
export class RemoveMemberDto extends ConversationIdDto {
  @UserRefField('Id of the member, or `me` to leave the conversation.')
  userId: string;
}

/** New role of a member. */
export class UpdateMemberDto extends ConversationIdDto {
  @IdField('Id of the member.')
  userId: string;

  @EnumField('New role. A conversation keeps at least one active owner.', MEMBER_ROLES)
  role: MemberRole;

  @BooleanField('With role `owner`: transfers ownership, and the current user becomes an admin.', {
    optional: true,
    default: false,
  })
  transferOwnership?: boolean;
}

/** Members that were added or whose role changed. */
@ApiExtraModels(UserDto)
export class MembersChangedDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IntField('Version of the conversation after the change.', { min: 1 })
  version: number;

  @IntField('Number of members after the change.')
  memberCount: number;

  @NestedField('Features available with this number of members.', () => FeaturesDto)
  features: FeaturesDto;

  @NestedField('Added or changed members in their new state.', () => [MemberDto])
  members: MemberDto[];

  @UsersField()
  users: Record<string, UserDto>;
}

/** Removal of a member from a conversation. */
export class MemberRemovedDto {
  @IdField('Id of the conversation.')
  conversationId: string;

  @IntField('Version of the conversation after the removal.', { min: 1 })
  version: number;

  @IntField('Number of members after the removal.')
  memberCount: number;

  @NestedField('Features available with this number of members.', () => FeaturesDto)
  features: FeaturesDto;

  @IdField('Id of the removed user.')
  userId: string;
}

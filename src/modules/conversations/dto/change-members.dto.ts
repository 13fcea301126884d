import { ApiExtraModels } from '@nestjs/swagger';
import {
  EnumField,
  CursorField,
  BooleanField,
  IdField,
  IdsField,
  IntField,
  NestedField,
  TextField,
  UserRefField,
} from '../../../kernel/validation/fields.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';
import { MEMBER_ROLES, type MemberRole } from '../conversations.permissions.js';
import { ConversationIdDto } from './create-conversation.dto.js';
import { FeaturesDto } from './features.dto.js';
import { MemberDto } from './member.dto.js';

export class ListMembersDto extends ConversationIdDto {
  @CursorField()
  cursor?: string;

  @IntField('How many at most.', { optional: true, min: 1, max: 100, default: 100 })
  limit?: number = 100;
}

export class AddMembersDto extends ConversationIdDto {
  @IdsField('Whom. Who is in it already stays as they are.')
  userIds: string[];
}

export class RemoveMemberDto extends ConversationIdDto {
  @UserRefField('Whom: an id, or `me` to leave.')
  userId: string;
}

export class UpdateMemberDto extends ConversationIdDto {
  @IdField('Whose role.')
  userId: string;

  @EnumField('The new role. A group keeps at least one owner.', MEMBER_ROLES)
  role: MemberRole;

  @BooleanField('With role owner: hands the conversation over. You are an admin from then on.', {
    optional: true,
    default: false,
  })
  transferOwnership?: boolean;
}

@ApiExtraModels(UserDto)
export class MemberPageDto {
  @NestedField('By userId.', () => [MemberDto])
  items: MemberDto[];

  @TextField('Where the next page begins; null: this was the last one.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}

/** People who have joined or changed their role. */
@ApiExtraModels(UserDto)
export class MembersChangedDto {
  @IdField('The conversation.')
  conversationId: string;

  @IntField('The version of the conversation that this made.', { min: 1 })
  version: number;

  @IntField('How many people are in it now.')
  memberCount: number;

  @NestedField('What it has with so many members.', () => FeaturesDto)
  features: FeaturesDto;

  @NestedField('Those who are new or have changed, as they are now.', () => [MemberDto])
  members: MemberDto[];

  @UsersField()
  users: Record<string, UserDto>;
}

export class MemberRemovedDto {
  @IdField('The conversation.')
  conversationId: string;

  @IntField('The version of the conversation that this made.', { min: 1 })
  version: number;

  @IntField('How many people are in it now.')
  memberCount: number;

  @NestedField('What it has with so many members.', () => FeaturesDto)
  features: FeaturesDto;

  @IdField('Who is no longer in it.')
  userId: string;
}

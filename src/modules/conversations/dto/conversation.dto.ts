import { ApiProperty, getSchemaPath, ApiExtraModels } from '@nestjs/swagger';
import {
  ChoiceField,
  FlagField,
  IdField,
  IntField,
  NestedField,
  TextField,
  TimeField,
} from '../../../kernel/validation/fields.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { MEMBER_ROLES, type MemberRole } from '../conversations.permissions.js';

export const CONVERSATION_TYPES = ['dm', 'group', 'channel', 'assistant'] as const;
export type ConversationType = (typeof CONVERSATION_TYPES)[number];

/** A conversation with the membership of the one who reads it, as the repository reads them. */
export interface ConversationRow {
  id: string;
  type: ConversationType;
  title: string | null;
  description: string | null;
  avatar_url: string | null;
  created_by: string | null;
  is_private: boolean;
  first_seq: number;
  last_seq: number;
  version: number;
  member_count: number;
  last_activity_at: Date;
  created_at: Date;
  my_role: MemberRole;
  my_last_read_seq: number;
  my_last_delivered_seq: number;
  my_muted_until: Date | null;
  my_archived_at: Date | null;
  my_pinned_at: Date | null;
}

export interface MemberRow {
  user_id: string;
  role: MemberRole;
  joined_at: Date;
}

export class MemberDto {
  @IdField('Who.')
  userId: string;

  @ChoiceField('What they may do in the conversation.', MEMBER_ROLES)
  role: MemberRole;

  @TimeField('Since when.')
  joinedAt: string;

  static from(row: MemberRow): MemberDto {
    return { userId: row.user_id, role: row.role, joinedAt: row.joined_at.toISOString() };
  }
}

/** What differs per reader. */
export class MembershipDto {
  @ChoiceField('What I may do.', MEMBER_ROLES)
  role: MemberRole;

  @IntField('I have read up to this seq.')
  lastReadSeq: number;

  @IntField('My devices have received up to this seq.')
  lastDeliveredSeq: number;

  @TimeField('No notifications until then.', { nullable: true })
  mutedUntil: string | null;

  @TimeField('When I archived it.', { nullable: true })
  archivedAt: string | null;

  @TimeField('When I pinned it.', { nullable: true })
  pinnedAt: string | null;

  static from(row: ConversationRow): MembershipDto {
    return {
      role: row.my_role,
      lastReadSeq: row.my_last_read_seq,
      lastDeliveredSeq: row.my_last_delivered_seq,
      mutedUntil: row.my_muted_until?.toISOString() ?? null,
      archivedAt: row.my_archived_at?.toISOString() ?? null,
      pinnedAt: row.my_pinned_at?.toISOString() ?? null,
    };
  }
}

@ApiExtraModels(UserDto)
export class ConversationDto {
  @IdField('The conversation.')
  id: string;

  @ChoiceField('A dm has two people for ever; a group or channel has roles.', CONVERSATION_TYPES)
  type: ConversationType;

  @TextField('Its title; a dm has none.', { nullable: true })
  title: string | null;

  @TextField('What it is about.', { nullable: true, max: 1_000 })
  description: string | null;

  @TextField('The address of its picture.', { nullable: true, max: 2_000 })
  avatarUrl: string | null;

  @FlagField('Whether only members know of it.')
  isPrivate: boolean;

  @IdField('Who made it.', { nullable: true })
  createdBy: string | null;

  @IntField('The seq of the oldest message that is kept.', { min: 1 })
  firstSeq: number;

  @IntField('The seq of the newest message. seq runs from firstSeq to lastSeq without gaps.')
  lastSeq: number;

  @IntField('Grows by one with every change that the members share.', { min: 1 })
  version: number;

  @IntField('How many people are in it.', { min: 1 })
  memberCount: number;

  @NestedField('The people in it, the first 100.', () => [MemberDto])
  members: MemberDto[];

  @TimeField('When the newest message came.')
  lastActivityAt: string;

  @TimeField('When it was made.')
  createdAt: string;

  @NestedField('My own side of it.', () => MembershipDto)
  me: MembershipDto;

  @ApiProperty({
    description: 'The people that this answer names, by id.',
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(UserDto) },
  })
  users: Record<string, UserDto>;

  static from(row: ConversationRow, members: MemberRow[], users: Record<string, UserDto>): ConversationDto {
    return {
      id: row.id,
      type: row.type,
      title: row.title,
      description: row.description,
      avatarUrl: row.avatar_url,
      isPrivate: row.is_private,
      createdBy: row.created_by,
      firstSeq: row.first_seq,
      lastSeq: row.last_seq,
      version: row.version,
      memberCount: row.member_count,
      members: members.map((member) => MemberDto.from(member)),
      lastActivityAt: row.last_activity_at.toISOString(),
      createdAt: row.created_at.toISOString(),
      me: MembershipDto.from(row),
      users,
    };
  }
}

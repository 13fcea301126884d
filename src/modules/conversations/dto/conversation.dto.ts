import { ApiExtraModels } from '@nestjs/swagger';
import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import {
  EnumField,
  BooleanField,
  IdField,
  IntField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';
import {
  CONVERSATION_TYPES,
  type Conversation,
  type ConversationType,
} from '../entities/conversation.entity.js';
import { FeaturesDto, type FeatureLimits } from './features.dto.js';
import { MemberDto, type MemberRow } from './member.dto.js';
import { MembershipDto, type MembershipRow } from './membership.dto.js';
import { MessagePreviewDto, type PreviewRow } from './message-preview.dto.js';

/** What is the same for everybody, as the repository reads it. */
export type ConversationStateRow = ColumnsOf<
  Conversation,
  | 'id'
  | 'type'
  | 'title'
  | 'description'
  | 'avatar_url'
  | 'created_by'
  | 'is_private'
  | 'first_seq'
  | 'last_seq'
  | 'version'
  | 'last_activity_at'
  | 'created_at'
> & { member_count: number };

/** A conversation with its newest message and the membership of the one who reads it; an outsider has neither. */
export type ConversationRow = ConversationStateRow &
  PreviewRow &
  (MembershipRow | { membership_user_id: null });

/** A conversation, the same for all who are in it. */
export class ConversationStateDto {
  @IdField('The conversation.')
  id: string;

  @EnumField('A dm has two people for ever; a group or channel has roles.', CONVERSATION_TYPES)
  type: ConversationType;

  @TextField('Its title; a dm has none.', { nullable: true })
  title: string | null;

  @TextField('What it is about.', { nullable: true, max: 1_000 })
  description: string | null;

  @TextField('The address of its picture.', { nullable: true, max: 2_000 })
  avatarUrl: string | null;

  @BooleanField('Whether only members know of it; false: a channel that everybody may list and join.')
  isPrivate: boolean;

  @IdField('Who made it.', { nullable: true })
  createdBy: string | null;

  @IntField('The seq of the oldest message that is kept.', { min: 1 })
  firstSeq: number;

  @IntField('The seq of the newest message. seq runs from firstSeq to lastSeq without gaps.')
  lastSeq: number;

  @IntField('Grows by one with every change that the members share.', { min: 1 })
  version: number;

  @IntField('How many people are in it.')
  memberCount: number;

  @NestedField('What it has, as long as it has so many members.', () => FeaturesDto)
  features: FeaturesDto;

  @DateTimeField('When the newest message came.')
  lastActivityAt: string;

  @DateTimeField('When it was made.')
  createdAt: string;

  static from(row: ConversationStateRow, limits: FeatureLimits): ConversationStateDto {
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
      features: FeaturesDto.of(row.member_count, limits),
      lastActivityAt: row.last_activity_at.toISOString(),
      createdAt: row.created_at.toISOString(),
    };
  }
}

/** A conversation as one of its members sees it. */
export class ConversationSummaryDto extends ConversationStateDto {
  @NestedField(
    'People in it, by userId: everybody when there are as many as memberCount says, else the first of them.',
    () => [MemberDto],
  )
  members: MemberDto[];

  @NestedField(
    'The newest message, replies in threads and notes of the server aside.',
    () => MessagePreviewDto,
    {
      nullable: true,
    },
  )
  lastMessage: MessagePreviewDto | null;

  @NestedField('My own side of it; null: I am not in it, but may manage it.', () => MembershipDto, {
    nullable: true,
  })
  membership: MembershipDto | null;

  static of(row: ConversationRow, members: MemberRow[], limits: FeatureLimits): ConversationSummaryDto {
    const isMine = row.membership_user_id !== null;
    return {
      ...ConversationStateDto.from(row, limits),
      members: members.map((member) => MemberDto.from(member)),
      lastMessage: isMine ? MessagePreviewDto.from(row) : null,
      membership: isMine ? MembershipDto.from(row) : null,
    };
  }
}

@ApiExtraModels(UserDto)
export class ConversationDto extends ConversationSummaryDto {
  @UsersField()
  users: Record<string, UserDto>;
}

/** The people that a conversation names. */
export function conversationUserIds({ createdBy, members, lastMessage }: ConversationSummaryDto): string[] {
  const others = [createdBy, lastMessage?.senderId].filter((id) => typeof id === 'string');
  return [...members.map(({ userId }) => userId), ...others];
}

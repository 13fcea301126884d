import { ApiExtraModels } from '@nestjs/swagger';
import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import { PageDto, PageQueryDto } from '../../../kernel/paging/page.dto.js';
import {
  BooleanField,
  DateTimeField,
  EnumField,
  IdField,
  IntField,
  NameField,
  NestedField,
  TextField,
  UrlField,
} from '../../../kernel/validation/fields.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/page-with-users.dto.js';
import {
  CONVERSATION_TYPES,
  type Conversation,
  type ConversationType,
} from '../entities/conversation.entity.js';
import { ConversationIdDto, MAX_TITLE_LENGTH } from './create-conversation.dto.js';
import { FeaturesDto, type FeatureLimits } from './features.dto.js';
import { MemberDto, type MemberRow } from './member.dto.js';
import { MembershipDto, type MembershipRow } from './membership.dto.js';
import { MessagePreviewDto, type PreviewRow } from './message-preview.dto.js';

/** Shared state of a conversation, equal for all members. */
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
  | 'member_count'
>;

/** Conversation with its newest message and the membership of the reading user; a non-member has neither. */
export type ConversationRow = ConversationStateRow &
  PreviewRow &
  (MembershipRow | { membership_user_id: null });

/** Shared state of a conversation, equal for all members. */
export class ConversationStateDto {
  @IdField('Id of the conversation.')
  id: string;

  @EnumField(
    'Type: `dm` with two fixed members or one (notes to oneself), `group` or `channel` with roles, or `assistant`.',
    CONVERSATION_TYPES,
  )
  type: ConversationType;

  @TextField('Title; null in a DM.', { nullable: true })
  title: string | null;

  @TextField('Description of the topic; null without one.', { nullable: true, max: 1_000 })
  description: string | null;

  @TextField('URL of the picture; null without one.', { nullable: true, max: 2_000 })
  avatarUrl: string | null;

  @BooleanField(
    'Whether the conversation is visible to members only. False: a public channel that any user may list and join.',
  )
  isPrivate: boolean;

  @IdField('Id of the user that created the conversation; null when that user was erased.', {
    nullable: true,
  })
  createdBy: string | null;

  @IntField('Seq of the oldest message that is kept.', { min: 1 })
  firstSeq: number;

  @IntField('Seq of the newest message. Values run from firstSeq to lastSeq without gaps.')
  lastSeq: number;

  @IntField('Version: counter of the shared changes of the conversation.', { min: 1 })
  version: number;

  @IntField('Number of members.')
  memberCount: number;

  @NestedField('Features available with this number of members.', () => FeaturesDto)
  features: FeaturesDto;

  @DateTimeField('Time of the newest message, or of the creation.')
  lastActivityAt: string;

  @DateTimeField('Time of the creation.')
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
      features: FeaturesDto.from(row.member_count, limits),
      lastActivityAt: row.last_activity_at.toISOString(),
      createdAt: row.created_at.toISOString(),
    };
  }
}

/** Conversation as seen by the current user. */
export class ConversationSummaryDto extends ConversationStateDto {
  @NestedField('Members by user id: all of them, or the first ones when fewer than memberCount.', () => [
    MemberDto,
  ])
  members: MemberDto[];

  @NestedField(
    'Newest message that is neither a thread reply nor a system message; null without one.',
    () => MessagePreviewDto,
    {
      nullable: true,
    },
  )
  lastMessage: MessagePreviewDto | null;

  @NestedField(
    'Membership of the current user; null for a host admin that is not a member.',
    () => MembershipDto,
    {
      nullable: true,
    },
  )
  membership: MembershipDto | null;

  static override from(
    row: ConversationRow,
    limits: FeatureLimits,
    members: MemberRow[] = [],
  ): ConversationSummaryDto {
    const isMember = row.membership_user_id !== null;
    return {
      ...ConversationStateDto.from(row, limits),
      members: members.map((member) => MemberDto.from(member)),
      lastMessage: isMember ? MessagePreviewDto.from(row) : null,
      membership: isMember ? MembershipDto.from(row) : null,
    };
  }
}

/** Conversation as seen by the current user, with the users that it references. */
@ApiExtraModels(UserDto)
export class ConversationDto extends ConversationSummaryDto {
  @UsersField()
  users: Record<string, UserDto>;
}

/** Changes of a conversation; omitted fields stay unchanged. */
export class UpdateConversationDto extends ConversationIdDto {
  @NameField('Title; null removes it, which is not allowed in a channel.', MAX_TITLE_LENGTH, {
    optional: true,
    nullable: true,
  })
  title?: string | null;

  @TextField('Description of the topic; null removes it.', { optional: true, nullable: true, max: 1_000 })
  description?: string | null;

  @UrlField('URL of the picture; null removes it.', { optional: true, nullable: true })
  avatarUrl?: string | null;

  @BooleanField('False makes a channel public: any user may list and join it. Channels only.', {
    optional: true,
  })
  isPrivate?: boolean;
}

/** End of a membership, by removal of the user or deletion of the conversation. */
export class ConversationRemovedDto {
  @IdField('Id of the conversation that the user left, was removed from, or that was deleted.')
  conversationId: string;

  @IntField('Version of the conversation with the removal.', { min: 1 })
  version: number;

  @IntField('Account version of the user after the removal.')
  accountVersion: number;
}

/** Page query of public channels. */
export class ListChannelsDto extends PageQueryDto {
  @TextField('Beginnings of words of the title, in any order, compared as in the message search.', {
    optional: true,
    max: 100,
  })
  q?: string;
}

export type ChannelRow = ConversationStateRow & { joined: boolean };

/** Public channel as seen by any user. */
export class ChannelDto extends ConversationStateDto {
  @BooleanField('Whether the current user is a member.')
  joined: boolean;

  static override from(row: ChannelRow, limits: FeatureLimits): ChannelDto {
    return { ...ConversationStateDto.from(row, limits), joined: row.joined };
  }
}

/** Page of public channels. */
export class ChannelPageDto extends PageDto(ChannelDto, 'Public channels in ascending order of title.') {}

/** Ids of the users that a conversation references. */
export function conversationUserIds({ createdBy, members, lastMessage }: ConversationSummaryDto): string[] {
  const otherIds = [createdBy, lastMessage?.senderId].filter((id) => typeof id === 'string');
  return [...members.map(({ userId }) => userId), ...otherIds];
}

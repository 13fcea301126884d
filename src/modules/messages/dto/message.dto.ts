import { ApiExtraModels } from '@nestjs/swagger';
import type { ColumnsOf } from '../../../kernel/database/row-of.js';
import {
  EnumField,
  BooleanField,
  IdField,
  IdsField,
  IntField,
  MapField,
  NestedField,
  TextField,
  DateTimeField,
} from '../../../kernel/validation/fields.js';
import { MediaDto } from '../../attachments/dto/media.dto.js';
import { ExcerptDto, MESSAGE_TYPES, type MessageType } from '../../conversations/dto/message-preview.dto.js';
import { UserDto } from '../../users/dto/user.dto.js';
import { UsersField } from '../../users/dto/users-field.js';
import type { Message } from '../entities/message.entity.js';
import { CallStateDto } from './call-state.dto.js';
import { toHiddenStub } from './hidden-stub.js';
import { PollStateDto } from './poll-state.dto.js';
import { ReactionSummaryDto } from './reaction-summary.dto.js';
import { ThreadStateDto } from './thread-state.dto.js';

/** People whom one message may mention by their ids. */
export const MAX_MENTIONS = 50;

/** A message with what it replies to, as the repository reads them. */
export type MessageRow = ColumnsOf<
  Message,
  | 'id'
  | 'conversation_id'
  | 'seq'
  | 'version'
  | 'sender_id'
  | 'type'
  | 'content'
  | 'media'
  | 'payload'
  | 'metadata'
  | 'mentions'
  | 'mentions_all'
  | 'reactions'
  | 'thread_root_id'
  | 'thread_reply_count'
  | 'thread_last_reply_seq'
  | 'forwarded'
  | 'pinned_at'
  | 'pinned_by'
  | 'client_id'
  | 'created_at'
  | 'edited_at'
  | 'deleted_at'
> & {
  /** Whether the one who reads it has hidden it. */
  is_hidden: boolean;
  reply_id: string | null;
  reply_seq: number;
  reply_sender_id: string | null;
  reply_type: MessageType;
  reply_excerpt: string | null;
  reply_deleted_at: Date | null;
};

/** The message that another one replies to. */
export class ReplyDto extends ExcerptDto {
  static from(row: MessageRow): ReplyDto | null {
    if (!row.reply_id) return null;
    return {
      id: row.reply_id,
      seq: row.reply_seq,
      senderId: row.reply_sender_id,
      type: row.reply_type,
      excerpt: row.reply_excerpt,
      deletedAt: row.reply_deleted_at?.toISOString() ?? null,
    };
  }
}

/** A message: the same for every reader. Whatever carries a newer `version` of it replaces what you have. */
export class MessageDto {
  @IdField('The message.')
  id: string;

  @IdField('Where it was written.')
  conversationId: string;

  @IntField('Its place in the conversation: one order for everybody, without gaps, for ever.', { min: 1 })
  seq: number;

  @IntField('The version of the conversation that its last change made.', { min: 1 })
  version: number;

  @IdField('Who wrote it; null: the server.', { nullable: true })
  senderId: string | null;

  @EnumField('What it is.', MESSAGE_TYPES)
  type: MessageType;

  @TextField('Its text; null: it has none, or was deleted or hidden.', { nullable: true, max: 10_000 })
  content: string | null;

  @NestedField('What it shows.', () => [MediaDto])
  media: MediaDto[];

  @NestedField('The poll that it puts; null: none, or deleted or hidden.', () => PollStateDto, {
    nullable: true,
  })
  poll: PollStateDto | null;

  @NestedField('The call that it tells of; null: none, or hidden.', () => CallStateDto, { nullable: true })
  call: CallStateDto | null;

  @MapField('Small values of the sender’s product; null: none.', { nullable: true })
  metadata: Record<string, string | number | boolean> | null;

  @IdsField('Who is mentioned in it, and may hear of it.', { min: 0, max: MAX_MENTIONS })
  mentions: string[];

  @BooleanField('Whether everybody in the conversation is mentioned.')
  mentionsAll: boolean;

  @NestedField('What it replies to.', () => ReplyDto, { nullable: true })
  replyTo: ReplyDto | null;

  @IdField('The message in whose thread this is a reply; null: it stands in the conversation itself.', {
    nullable: true,
  })
  threadRootId: string | null;

  @NestedField('The thread under it; null: nobody has replied in one.', () => ThreadStateDto, {
    nullable: true,
  })
  thread: ThreadStateDto | null;

  @NestedField('The emojis at it, in the order in which each came first.', () => [ReactionSummaryDto])
  reactions: ReactionSummaryDto[];

  @BooleanField('Whether it was passed on from another place.')
  forwarded: boolean;

  @DateTimeField('When it was pinned; null: it is not.', { nullable: true })
  pinnedAt: string | null;

  @IdField('Who pinned it.', { nullable: true })
  pinnedBy: string | null;

  @BooleanField('Whether I have hidden it from myself: what was said with it is left out. False in events.')
  hidden: boolean;

  @TextField('The clientId that the sender gave it.', { nullable: true, max: 64 })
  clientId: string | null;

  @DateTimeField('When it was committed. Order comes from seq, not from this.')
  createdAt: string;

  @DateTimeField('When it was last edited.', { nullable: true })
  editedAt: string | null;

  @DateTimeField('When it was deleted: the content is gone, the place stays.', { nullable: true })
  deletedAt: string | null;

  static from(row: MessageRow): MessageDto {
    const message: MessageDto = {
      id: row.id,
      conversationId: row.conversation_id,
      seq: row.seq,
      version: row.version,
      senderId: row.sender_id,
      type: row.type,
      content: row.content,
      media: row.media ?? [],
      poll: row.type === 'poll' ? (row.payload as PollStateDto | null) : null,
      call: row.type === 'call' ? (row.payload as CallStateDto | null) : null,
      metadata: row.metadata,
      mentions: row.mentions ?? [],
      mentionsAll: row.mentions_all,
      replyTo: ReplyDto.from(row),
      threadRootId: row.thread_root_id,
      thread: threadOf(row),
      reactions: row.reactions ?? [],
      forwarded: row.forwarded,
      pinnedAt: row.pinned_at?.toISOString() ?? null,
      pinnedBy: row.pinned_by,
      hidden: false,
      clientId: row.client_id,
      createdAt: row.created_at.toISOString(),
      editedAt: row.edited_at?.toISOString() ?? null,
      deletedAt: row.deleted_at?.toISOString() ?? null,
    };
    return row.is_hidden ? toHiddenStub(message) : message;
  }
}

/** The payload of message.updated. */
export class MessageUpdatedDto extends MessageDto {
  @IdField(
    'Who did it: edited, reacted, pinned, voted, closed the poll, changed the call; null: time or a lost connection, or somebody who voted in an anonymous poll.',
    { nullable: true },
  )
  actorId: string | null;
}

/** The people that a message names, as it is shown. */
export function referencedUserIds({
  senderId,
  replyTo,
  mentions,
  reactions,
  pinnedBy,
  poll,
  call,
}: MessageDto): string[] {
  const ids = [
    senderId,
    replyTo?.senderId,
    pinnedBy,
    poll?.closedBy,
    ...mentions,
    ...reactions.flatMap(({ userIds }) => userIds),
    ...(poll?.options ?? []).flatMap(({ userIds }) => userIds),
    ...(call?.participants ?? []).map(({ userId }) => userId),
  ];
  return ids.filter((id) => typeof id === 'string');
}

function threadOf(row: MessageRow): ThreadStateDto | null {
  if (row.thread_last_reply_seq === null) return null;
  return { replyCount: row.thread_reply_count, lastReplySeq: row.thread_last_reply_seq };
}

@ApiExtraModels(UserDto)
export class MessagePageDto {
  @NestedField('Oldest first.', () => [MessageDto])
  items: MessageDto[];

  @TextField('Goes on in the direction that was asked; null: nothing more there.', { nullable: true })
  nextCursor: string | null;

  @UsersField()
  users: Record<string, UserDto>;
}

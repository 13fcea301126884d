import {
  BooleanField,
  DateTimeField,
  EmojiField,
  EnumField,
  IdField,
  IdsField,
  IntField,
  MapField,
  NestedField,
  TextField,
} from '../../../kernel/validation/fields.js';
import { MediaDto } from '../../attachments/dto/media.dto.js';
import {
  ExcerptDto,
  MESSAGE_TYPES,
  toExcerptOrNull,
  type MessageType,
} from '../../conversations/dto/message-preview.dto.js';
import { CallStateDto } from './call-state.dto.js';
import { PollStateDto } from './poll-state.dto.js';
import type { ReactionSummary } from '../entities/message.entity.js';
import type { MessageRow, ReaderColumns } from './message-row.js';

export type { MessageRow, ReaderColumns };

/** Users mentioned in one message by id. */
export const MAX_MENTIONS = 50;
/** Users listed for each emoji of a message. */
export const SHOWN_REACTORS = 10;

/** Reference to a message. */
export class MessageIdDto {
  @IdField('Id of the message.')
  messageId: string;
}

/** Reactions to a message with one emoji. */
export class ReactionSummaryDto implements ReactionSummary {
  @EmojiField('Emoji of the reactions.')
  emoji: string;

  @IntField('Number of users with this reaction.', { min: 1 })
  count: number;

  @IdsField('Ids of the first reacting users.', { max: SHOWN_REACTORS })
  userIds: string[];

  @BooleanField(
    'Whether the current user has this reaction. Always false in events, which are the same for every reader.',
  )
  reacted: boolean;
}

/** Reply count of a thread root, updated by the events of its replies. */
export class ThreadStateDto {
  @IntField('Number of replies, without deleted replies.')
  replyCount: number;

  @IntField('Seq of the newest reply, including a deleted one.', { min: 1 })
  lastReplySeq: number;
}

/** Excerpt of the message that another message replies to. */
export class ReplyDto extends ExcerptDto {
  static from(row: MessageRow): ReplyDto | null {
    if (!row.reply_id) return null;
    return {
      id: row.reply_id,
      seq: row.reply_seq,
      senderId: row.reply_sender_id,
      type: row.reply_type,
      excerpt: row.reply_is_hidden ? null : toExcerptOrNull(row.reply_excerpt),
      deletedAt: row.reply_deleted_at?.toISOString() ?? null,
    };
  }
}

/** Message. Readers differ only in `hidden`, the content of a hidden message and the excerpt of a reply to one. A state with a greater `version` replaces the held one. */
export class MessageDto {
  @IdField('Id of the message.')
  id: string;

  @IdField('Id of the conversation.')
  conversationId: string;

  @IntField(
    'Position in the conversation, thread replies included: 1, 2, 3 … without gaps. It never changes.',
    {
      min: 1,
    },
  )
  seq: number;

  @IntField('Version of the conversation at the last change of the message.', { min: 1 })
  version: number;

  @IdField('Id of the sender. Null for a system message.', { nullable: true })
  senderId: string | null;

  @EnumField('Type of the message.', MESSAGE_TYPES)
  type: MessageType;

  @TextField('Text of the message. Null without a text, after deletion, and in a hidden message.', {
    nullable: true,
    max: 10_000,
  })
  content: string | null;

  @NestedField('Media of the message. Empty without media.', () => [MediaDto])
  media: MediaDto[];

  @NestedField(
    'State of the poll. Null for other types, after deletion, and in a hidden message.',
    () => PollStateDto,
    {
      nullable: true,
    },
  )
  poll: PollStateDto | null;

  @NestedField('State of the call. Null for other types and in a hidden message.', () => CallStateDto, {
    nullable: true,
  })
  call: CallStateDto | null;

  @MapField('Metadata set by the client of the sender; null for none.', { nullable: true })
  metadata: Record<string, string | number | boolean> | null;

  @IdsField(
    'Ids of the mentioned users, without users that the sender cannot contact. Empty in a hidden message.',
    {
      min: 0,
      max: MAX_MENTIONS,
    },
  )
  mentions: string[];

  @BooleanField('Whether all members are mentioned. False in a hidden message.')
  mentionsAll: boolean;

  @NestedField('Excerpt of the message that this message replies to. Null without one.', () => ReplyDto, {
    nullable: true,
  })
  replyTo: ReplyDto | null;

  @IdField('Id of the thread root of a thread reply. Null for a message outside threads.', {
    nullable: true,
  })
  threadRootId: string | null;

  @NestedField(
    'Reply count of the thread of this message. Null without thread replies.',
    () => ThreadStateDto,
    {
      nullable: true,
    },
  )
  thread: ThreadStateDto | null;

  @NestedField('Reactions by emoji, in the order of the first use of each emoji.', () => [ReactionSummaryDto])
  reactions: ReactionSummaryDto[];

  @BooleanField('Whether the message is a forwarded copy.')
  forwarded: boolean;

  @DateTimeField('Time of pinning. Null if the message is not pinned.', { nullable: true })
  pinnedAt: string | null;

  @IdField('Id of the user who pinned the message. Null if it is not pinned.', { nullable: true })
  pinnedBy: string | null;

  @BooleanField(
    'Whether the current user has hidden the message, so that its content is left out. Always false in events.',
  )
  hidden: boolean;

  @TextField('The clientId chosen by the sender. Null without one.', { nullable: true, max: 64 })
  clientId: string | null;

  @DateTimeField('Time of the commit. The order of messages is given by seq.')
  createdAt: string;

  @DateTimeField('Time of the last edit. Null if never edited.', { nullable: true })
  editedAt: string | null;

  @DateTimeField(
    'Time of the deletion, which removes the content and keeps the position. Null if not deleted.',
    { nullable: true },
  )
  deletedAt: string | null;

  /** Message as seen by the reader of the row. */
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
      thread: toThreadState(row),
      reactions: (row.reactions ?? []).map((summary) => toReactionSummary(summary, row.own_emojis)),
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

  /** Message for events, the same for every reader. */
  static fromShared(row: MessageRow): MessageDto {
    return MessageDto.from({ ...row, is_hidden: false, own_emojis: null, reply_is_hidden: false });
  }
}

/** Message of an event as seen by a reader. */
export function toReaderView(message: MessageDto, reader: ReaderColumns): MessageDto {
  const { replyTo, reactions } = message;
  if (reader.is_hidden) return toHiddenStub(message);
  return {
    ...message,
    replyTo: replyTo && reader.reply_is_hidden ? { ...replyTo, excerpt: null } : replyTo,
    reactions: reactions.map((summary) => toReactionSummary(summary, reader.own_emojis)),
  };
}

function toReactionSummary(summary: ReactionSummary, ownEmojis: string[] | null): ReactionSummaryDto {
  return { ...summary, reacted: ownEmojis?.includes(summary.emoji) ?? false };
}

/** Hidden message without its content. Its place in the conversation and its thread stay. */
function toHiddenStub(message: MessageDto): MessageDto {
  return {
    ...message,
    content: null,
    media: [],
    poll: null,
    call: null,
    metadata: null,
    mentions: [],
    mentionsAll: false,
    replyTo: null,
    reactions: [],
    hidden: true,
  };
}

/** Message after a change, with the user who caused it. */
export class MessageUpdatedDto extends MessageDto {
  @IdField(
    'Id of the user who edited, reacted, pinned, voted, closed the poll or changed the call. Null for a timer, a lost connection, or a vote in an anonymous poll.',
    { nullable: true },
  )
  actorId: string | null;
}

/** Ids of the users referenced by a message. */
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

function toThreadState(row: MessageRow): ThreadStateDto | null {
  if (row.thread_last_reply_seq === null) return null;
  return { replyCount: row.thread_reply_count, lastReplySeq: row.thread_last_reply_seq };
}

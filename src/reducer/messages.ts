import type { MessagePreviewDto } from '../modules/conversations/dto/message-preview.dto.js';
import type { MessageDto } from '../modules/messages/dto/message.dto.js';
import type { Held } from './state.js';

const EXCERPT_LENGTH = 100;
/** Counted messages that are kept for counts which come late. */
const MOST_COUNTED = 500;

/** The newest message of a conversation. */
export function addMessage(held: Held, message: MessageDto): Held {
  const { conversation } = held;
  const lastMessage = message.type === 'system' ? conversation.lastMessage : previewOf(message);
  return {
    ...held,
    messages: put(held, [message]),
    conversation: { ...conversation, lastMessage, lastSeq: message.seq, lastActivityAt: message.createdAt },
  };
}

/** The new state of a message, also where it is shown in short. */
export function changeMessage(held: Held, message: MessageDto): Held {
  const { conversation } = held;
  const isLast = conversation.lastMessage?.id === message.id;
  return {
    ...held,
    messages: put(held, [message]).map((other) => followed(other, message)),
    conversation: { ...conversation, lastMessage: isLast ? previewOf(message) : conversation.lastMessage },
  };
}

/** A message that came or was deleted, if it is one that can be unread: what D7 counts. */
export function countMessage(held: Held, message: MessageDto, by: 1 | -1, myId: string | undefined): Held {
  if (message.senderId === myId || message.type === 'system') return held;
  const { conversation, counted } = held;
  const { me } = conversation;
  const unread = message.seq > markOf(me) ? me.unread + by : me.unread;
  const all = [...counted, { version: message.version, seq: message.seq, by }];
  const kept = all.slice(-MOST_COUNTED);
  return {
    ...held,
    conversation: { ...conversation, me: { ...me, unread } },
    counted: kept,
    countedFrom: kept.length < all.length ? kept[0]!.version : held.countedFrom,
  };
}

/** Everything up to here is read. */
export function markOf({ lastReadSeq, unreadFromSeq }: Held['conversation']['me']): number {
  return unreadFromSeq === null ? lastReadSeq : Math.min(lastReadSeq, unreadFromSeq - 1);
}

/** Messages among those that are held, each in its newest state; what is older than all of these stays out. */
export function put({ messages, conversation }: Held, changed: readonly MessageDto[]): MessageDto[] {
  const first = messages[0]?.seq ?? conversation.lastSeq + 1;
  const known = new Map(messages.map((message) => [message.id, message]));
  for (const message of changed) {
    const before = known.get(message.id);
    if (message.seq >= first && (before?.version ?? 0) < message.version) known.set(message.id, message);
  }
  return [...known.values()].sort((one, other) => one.seq - other.seq);
}

/** A message after the one that it replies to has changed. */
export function followed(message: MessageDto, changed: MessageDto): MessageDto {
  const { replyTo } = message;
  if (replyTo?.id !== changed.id) return message;
  return { ...message, replyTo: { ...replyTo, excerpt: excerptOf(changed), deletedAt: changed.deletedAt } };
}

function previewOf(message: MessageDto): MessagePreviewDto {
  const { id, seq, senderId, type, createdAt, editedAt, deletedAt } = message;
  return { id, seq, senderId, type, excerpt: excerptOf(message), createdAt, editedAt, deletedAt };
}

function excerptOf({ content }: MessageDto): string | null {
  return content === null ? null : Array.from(content).slice(0, EXCERPT_LENGTH).join('');
}

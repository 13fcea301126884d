import type { MessagePreviewDto } from '../modules/conversations/dto/message-preview.dto.js';
import type { MessageDto } from '../modules/messages/dto/message.dto.js';
import type { Held } from './state.js';

const EXCERPT_LENGTH = 100;

/** The newest message of a conversation. */
export function addMessage(held: Held, message: MessageDto): Held {
  const { conversation } = held;
  const isMain = message.type !== 'system' && message.threadRootId === null;
  const lastMessage = isMain ? previewOf(message) : conversation.lastMessage;
  return {
    ...held,
    messages: after(held, message),
    conversation: { ...conversation, lastMessage, lastSeq: message.seq, lastActivityAt: message.createdAt },
  };
}

/** The new state of a message, also where it is shown in short. */
export function changeMessage(held: Held, message: MessageDto): Held {
  const { conversation } = held;
  const isLast = conversation.lastMessage?.id === message.id;
  return {
    ...held,
    messages: after(held, message),
    conversation: { ...conversation, lastMessage: isLast ? previewOf(message) : conversation.lastMessage },
  };
}

/** The messages that are held after one has changed: it, what replies to it, and the root of its thread. */
function after(held: Held, message: MessageDto): MessageDto[] {
  const before = held.messages.find(({ id }) => id === message.id);
  return afterAll(held, [message]).map((other) =>
    other.id === message.threadRootId ? withReply(other, before, message) : other,
  );
}

/** The same after many, among which the roots of their threads are as they have become. */
export function afterAll(held: Held, changed: readonly MessageDto[]): MessageDto[] {
  return changed.reduce((all, message) => all.map((other) => followed(other, message)), put(held, changed));
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

/** The root of a thread after a reply came or was deleted; a newer root knows of it already. */
function withReply(root: MessageDto, before: MessageDto | undefined, reply: MessageDto): MessageDto {
  if (root.version >= reply.version) return root;
  const { replyCount = 0, lastReplySeq = 0 } = root.thread ?? {};
  const more = countOf(reply) - (before ? countOf(before) : 0);
  return {
    ...root,
    version: more === 0 ? root.version : reply.version,
    thread: { replyCount: replyCount + more, lastReplySeq: Math.max(lastReplySeq, reply.seq) },
  };
}

/** A message after the one that it replies to has changed. */
function followed(message: MessageDto, changed: MessageDto): MessageDto {
  const { replyTo } = message;
  if (replyTo?.id !== changed.id) return message;
  return { ...message, replyTo: { ...replyTo, excerpt: excerptOf(changed), deletedAt: changed.deletedAt } };
}

function countOf({ deletedAt }: MessageDto): number {
  return deletedAt === null ? 1 : 0;
}

function previewOf(message: MessageDto): MessagePreviewDto {
  const { id, seq, senderId, type, createdAt, editedAt, deletedAt } = message;
  return { id, seq, senderId, type, excerpt: excerptOf(message), createdAt, editedAt, deletedAt };
}

function excerptOf({ content }: MessageDto): string | null {
  return content === null ? null : Array.from(content).slice(0, EXCERPT_LENGTH).join('');
}

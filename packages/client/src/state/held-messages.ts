import type { MessageDto, MessagePreviewDto } from '../generated/contract.js';
import type { HeldConversation } from './state.js';

const EXCERPT_LENGTH = 100;
/** Undefined in a runtime without Intl.Segmenter, where excerpts are cut between code points. */
const graphemes = 'Segmenter' in Intl ? new Intl.Segmenter('und', { granularity: 'grapheme' }) : undefined;

/** Conversation after a new message. */
export function addMessage(held: HeldConversation, message: MessageDto): HeldConversation {
  const { conversation } = held;
  const isMain = message.type !== 'system' && message.threadRootId === null;
  const lastMessage = isMain ? toPreview(message) : conversation.lastMessage;
  return {
    ...held,
    messages: mergeMessage(held, message, { isNew: true }),
    conversation: { ...conversation, lastMessage, lastSeq: message.seq, lastActivityAt: message.createdAt },
  };
}

/** Conversation after the change of a message, its preview included. */
export function updateMessage(held: HeldConversation, message: MessageDto): HeldConversation {
  const { conversation } = held;
  const isLast = conversation.lastMessage?.id === message.id;
  return {
    ...held,
    messages: mergeMessage(held, message, { isNew: false }),
    conversation: { ...conversation, lastMessage: isLast ? toPreview(message) : conversation.lastMessage },
  };
}

/** Held messages after one has changed: the message, the replies to it, and its thread root. */
function mergeMessage(
  held: HeldConversation,
  message: MessageDto,
  { isNew }: { isNew: boolean },
): MessageDto[] {
  const before = held.messages.find(({ id }) => id === message.id);
  // A deleted message never changes again: one that is not held was counted.
  const countBefore = isNew ? 0 : before ? countOf(before) : 1;
  return mergeMessages(held, [message]).map((other) =>
    other.id === message.threadRootId ? withReplyCount(other, countBefore, message) : other,
  );
}

/** Held messages after several have changed; thread roots among these have their current reply counts. */
export function mergeMessages(held: HeldConversation, changed: readonly MessageDto[]): MessageDto[] {
  return changed.reduce(
    (messages, message) => messages.map((other) => withReplyExcerpt(other, message)),
    insertMessages(held, changed),
  );
}

/** Messages of both lists by seq, each in its newest state. */
export function combineMessages(
  messages: readonly MessageDto[],
  others: readonly MessageDto[],
): MessageDto[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  for (const message of others) {
    const before = byId.get(message.id);
    if ((before?.version ?? 0) < message.version) byId.set(message.id, message);
  }
  return [...byId.values()].sort((one, other) => one.seq - other.seq);
}

/** Held messages with changed ones in their newest state, without messages from before those that are held. */
function insertMessages(
  { messages, conversation, repliesFrom }: HeldConversation,
  changed: readonly MessageDto[],
): MessageDto[] {
  const mainFrom =
    messages.find(({ threadRootId }) => threadRootId === null)?.seq ?? conversation.lastSeq + 1;
  const added = changed.filter(
    ({ seq, threadRootId }) => seq >= (threadRootId === null ? mainFrom : repliesFrom),
  );
  return combineMessages(messages, added);
}

/** Thread root after a reply was sent or deleted; a root with an equal or greater version includes it. */
function withReplyCount(root: MessageDto, countBefore: number, reply: MessageDto): MessageDto {
  if (root.version >= reply.version) return root;
  const { replyCount = 0, lastReplySeq = 0 } = root.thread ?? {};
  const difference = countOf(reply) - countBefore;
  return {
    ...root,
    version: difference === 0 ? root.version : reply.version,
    thread: { replyCount: replyCount + difference, lastReplySeq: Math.max(lastReplySeq, reply.seq) },
  };
}

/** Message after the change of the message that it replies to. */
function withReplyExcerpt(message: MessageDto, changed: MessageDto): MessageDto {
  const { replyTo } = message;
  if (replyTo?.id !== changed.id) return message;
  return { ...message, replyTo: { ...replyTo, excerpt: excerptOf(changed), deletedAt: changed.deletedAt } };
}

function countOf({ deletedAt }: MessageDto): number {
  return deletedAt === null ? 1 : 0;
}

function toPreview(message: MessageDto): MessagePreviewDto {
  const { id, seq, senderId, type, createdAt, editedAt, deletedAt } = message;
  return { id, seq, senderId, type, excerpt: excerptOf(message), createdAt, editedAt, deletedAt };
}

/** Beginning of the text, cut between grapheme clusters as the server cuts it. */
function excerptOf({ content }: MessageDto): string | null {
  if (content === null) return null;
  const end = Array.from(content.slice(0, 2 * EXCERPT_LENGTH))
    .slice(0, EXCERPT_LENGTH)
    .join('').length;
  if (end === content.length) return content;
  const cluster = graphemes?.segment(content).containing(end);
  return content.slice(0, cluster?.index || end);
}

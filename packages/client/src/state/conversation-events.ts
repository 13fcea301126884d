import type {
  ConversationStateDto,
  MemberDto,
  MemberRemovedDto,
  MembersChangedDto,
  MessageDto,
} from '../generated/contract.js';
import { isItemEvent, withEventItem, type ItemEvent } from './conversation-items.js';
import { addMessage, updateMessage } from './held-messages.js';
import { toUserView } from './hidden-messages.js';
import { withOwnReactions } from './own-reactions.js';
import { withConversation, type HeldConversation, type ReceivedEvent, type State } from './state.js';
import { countReply } from './thread-counts.js';
import { countMessage, type Reader } from './unread-counts.js';

/** Shared change of a conversation: each event has its next version. */
export type ConversationEvent =
  | { name: 'message.new' | 'message.updated' | 'message.deleted'; payload: MessageDto }
  | { name: 'conversation.updated'; payload: ConversationStateDto }
  | { name: 'member.added' | 'member.updated'; payload: MembersChangedDto }
  | { name: 'member.removed'; payload: MemberRemovedDto };

const CONVERSATION_EVENTS: ReadonlySet<string> = new Set<ConversationEvent['name']>([
  'message.new',
  'message.updated',
  'message.deleted',
  'conversation.updated',
  'member.added',
  'member.updated',
  'member.removed',
]);
const MAX_SHOWN_MEMBERS = 100;

/** Version of a conversation. */
export interface ConversationVersion {
  id: string;
  version: number;
}

/** Conversation and version of an event; undefined for an event that is not shared. */
export function conversationVersionOf({ name, payload }: ReceivedEvent): ConversationVersion | undefined {
  if (!CONVERSATION_EVENTS.has(name) && !isItemEvent(name)) return undefined;
  const { conversationId, id, version } = payload as {
    conversationId?: string;
    id?: string;
    version: number;
  };
  return { id: (conversationId ?? id)!, version };
}

export function applyConversationEvent(state: State, event: ConversationEvent | ItemEvent): State {
  const { id, version } = conversationVersionOf(event)!;
  const before = state.conversations.get(id)!;
  const held = isItemEvent(event.name)
    ? { ...before, items: withEventItem(before.items, event as ItemEvent) }
    : applySharedEvent(state, before, event as ConversationEvent);
  if (!held) return { ...state, isStale: true };
  const last = held.unreadChanges.at(-1);
  const accountData = last?.version === version ? countReply(state.accountData, last) : state.accountData;
  return withConversation({ ...state, accountData }, id, {
    ...held,
    conversation: { ...held.conversation, version },
  });
}

function applySharedEvent(
  state: State,
  before: HeldConversation,
  event: ConversationEvent,
): HeldConversation | undefined {
  return updateConversation(before, toEventView(state, event), readerOf(state, event));
}

function toEventView(state: State, event: ConversationEvent): ConversationEvent {
  if (!event.name.startsWith('message.')) return event;
  const { actorId, ...message } = event.payload as MessageDto & { actorId?: string | null };
  const held = state.conversations.get(message.conversationId)?.messages.find(({ id }) => id === message.id);
  const payload = withOwnReactions(message, held, { actorId, userId: state.account?.id });
  return { name: event.name, payload: toUserView(state, payload) } as ConversationEvent;
}

function readerOf({ account, accountData }: State, { payload }: ConversationEvent): Reader {
  const { threadRootId } = payload as { threadRootId?: string | null };
  return { userId: account?.id, subscription: accountData.threadSubscriptions.get(threadRootId ?? '') };
}

/** Undefined when only a sync can tell the result. */
function updateConversation(
  held: HeldConversation,
  event: ConversationEvent,
  reader: Reader,
): HeldConversation | undefined {
  switch (event.name) {
    case 'message.new': {
      const counted = countMessage(held, event.payload, { isNew: true }, reader);
      return counted && addMessage(counted, event.payload);
    }
    case 'message.updated':
    case 'message.deleted': {
      const counted = countMessage(held, event.payload, { isNew: false }, reader);
      return counted && updateMessage(counted, event.payload);
    }
    case 'conversation.updated':
      return { ...held, conversation: { ...held.conversation, ...event.payload } };
    case 'member.added':
    case 'member.updated':
      return updateMembers(held, event.payload, reader.userId);
    case 'member.removed':
      return removeMember(held, event.payload);
  }
}

/** A conversation shows all of its members or the first by user id; it keeps showing as many. */
function updateMembers(
  held: HeldConversation,
  { members: changed, memberCount, features }: MembersChangedDto,
  currentUserId?: string,
): HeldConversation {
  const { conversation } = held;
  const isComplete = conversation.members.length === conversation.memberCount;
  const limit = isComplete ? MAX_SHOWN_MEMBERS : conversation.members.length;
  const ids = new Set(changed.map(({ userId }) => userId));
  const members = [...conversation.members.filter(({ userId }) => !ids.has(userId)), ...changed]
    .sort(byUserId)
    .slice(0, limit);
  const ownChange = changed.find(({ userId }) => userId === currentUserId);
  const membership = ownChange
    ? { ...conversation.membership, role: ownChange.role }
    : conversation.membership;
  return { ...held, conversation: { ...conversation, members, memberCount, features, membership } };
}

function removeMember(
  held: HeldConversation,
  { userId: removedId, memberCount, features }: MemberRemovedDto,
): HeldConversation {
  const members = held.conversation.members.filter(({ userId }) => userId !== removedId);
  return { ...held, conversation: { ...held.conversation, members, memberCount, features } };
}

function byUserId(one: MemberDto, other: MemberDto): number {
  return one.userId < other.userId ? -1 : 1;
}

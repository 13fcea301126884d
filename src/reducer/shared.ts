import type { MemberRemovedDto, MembersChangedDto } from '../modules/conversations/dto/change-members.dto.js';
import type { ConversationStateDto } from '../modules/conversations/dto/conversation.dto.js';
import type { MemberDto } from '../modules/conversations/dto/member.dto.js';
import type { MessageDto } from '../modules/messages/dto/message.dto.js';
import { countChange } from './counts.js';
import { asISee } from './hidden.js';
import { addMessage, changeMessage } from './messages.js';
import { followReply } from './threads.js';
import { withHeld, type Heard, type Held, type State } from './state.js';

/** What the members of a conversation share: each event is its next version. */
export type SharedEvent =
  | { name: 'message.new' | 'message.updated' | 'message.deleted'; payload: MessageDto }
  | { name: 'conversation.updated'; payload: ConversationStateDto }
  | { name: 'member.added' | 'member.updated'; payload: MembersChangedDto }
  | { name: 'member.removed'; payload: MemberRemovedDto };

const SHARED: ReadonlySet<string> = new Set<SharedEvent['name']>([
  'message.new',
  'message.updated',
  'message.deleted',
  'conversation.updated',
  'member.added',
  'member.updated',
  'member.removed',
]);
const SHOWN_MEMBERS = 100;

/** A version of a conversation. */
export interface Place {
  id: string;
  version: number;
}

/** What an event made; undefined: it is not shared. */
export function placeOf({ name, payload }: Heard): Place | undefined {
  if (!SHARED.has(name)) return undefined;
  const { conversationId, id, version } = payload as {
    conversationId?: string;
    id?: string;
    version: number;
  };
  return { id: (conversationId ?? id)!, version };
}

export function applyShared(state: State, event: SharedEvent): State {
  const { id, version } = placeOf(event)!;
  const held = change(state.conversations.get(id)!, asSeen(state, event), state.user?.id);
  if (!held) return { ...state, isStale: true };
  const last = held.counted.at(-1);
  const mine = last?.version === version ? followReply(state.mine, last) : state.mine;
  return withHeld({ ...state, mine }, id, { ...held, conversation: { ...held.conversation, version } });
}

function asSeen(state: State, event: SharedEvent): SharedEvent {
  if (!event.name.startsWith('message.')) return event;
  const { actorId: _actorId, ...message } = event.payload as MessageDto & { actorId?: string | null };
  return { name: event.name, payload: asISee(state, message) } as SharedEvent;
}

/** Undefined: only a sync can tell. */
function change(held: Held, event: SharedEvent, myId: string | undefined): Held | undefined {
  switch (event.name) {
    case 'message.new':
      return addMessage(countChange(held, event.payload, { isNew: true }, myId)!, event.payload);
    case 'message.updated':
    case 'message.deleted': {
      const counted = countChange(held, event.payload, { isNew: false }, myId);
      return counted && changeMessage(counted, event.payload);
    }
    case 'conversation.updated':
      return { ...held, conversation: { ...held.conversation, ...event.payload } };
    case 'member.added':
    case 'member.updated':
      return changeMembers(held, event.payload, myId);
    case 'member.removed':
      return removeMember(held, event.payload);
  }
}

/** The members that a conversation shows are all of them, or the first by userId: both stay so. */
function changeMembers(
  held: Held,
  { members: changed, memberCount, features }: MembersChangedDto,
  myId?: string,
): Held {
  const { conversation } = held;
  const isWhole = conversation.members.length === conversation.memberCount;
  const most = isWhole ? SHOWN_MEMBERS : conversation.members.length;
  const ids = new Set(changed.map(({ userId }) => userId));
  const members = [...conversation.members.filter(({ userId }) => !ids.has(userId)), ...changed]
    .sort(byUserId)
    .slice(0, most);
  const mine = changed.find(({ userId }) => userId === myId);
  const me = mine ? { ...conversation.membership, role: mine.role } : conversation.membership;
  return { ...held, conversation: { ...conversation, members, memberCount, features, membership: me } };
}

function removeMember(held: Held, { userId: removed, memberCount, features }: MemberRemovedDto): Held {
  const members = held.conversation.members.filter(({ userId }) => userId !== removed);
  return { ...held, conversation: { ...held.conversation, members, memberCount, features } };
}

function byUserId(one: MemberDto, other: MemberDto): number {
  return one.userId < other.userId ? -1 : 1;
}

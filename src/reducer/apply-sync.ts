import type { ConversationDeltaDto, SyncResponseDto } from '../modules/sync/dto/sync.dto.js';
import type { MessageDto } from '../modules/messages/dto/message.dto.js';
import type { MessageFlagsDto } from '../modules/messages/flags/dto/message-flags.dto.js';
import { settle } from './apply.js';
import { withoutHidden } from './hidden.js';
import { afterAll, put } from './messages.js';
import { withItems, withoutItemsBefore, withoutItemsOf } from './mine-items.js';
import { placeOf } from './shared.js';
import { withHeld, type Heard, type Held, type MyConversation, type State } from './state.js';

/** The state after a page of sync. Ask for the next one as long as there is a nextCursor. */
export function applySync(before: State, answer: SyncResponseDto): State {
  const mine = answer.conversations.reduce(
    (all, { conversation: { id, membership: me }, threadSubscriptions: threads }) =>
      withItems(withoutItemsBefore(all, id, me?.joinedAccountVersion ?? 0), { threadSubscriptions: threads }),
    withItems(withoutItemsOf(before.mine, answer.removed), answer.accountData ?? {}),
  );
  const conversations = new Map(before.conversations);
  for (const id of answer.removed) conversations.delete(id);
  for (const entry of answer.conversations) {
    const { id } = entry.conversation;
    conversations.set(id, merged(conversations.get(id), entry));
  }
  const state = withoutHiddenOf(answer.accountData?.messageFlags ?? [], {
    ...before,
    user: answer.user ?? before.user,
    blocks: answer.blocks ? [...answer.blocks].sort() : before.blocks,
    mine,
    conversations,
  });
  if (answer.nextCursor !== null) return state;
  const settled = settle({ ...state, me: answer.accountVersion, isStale: false });
  return { ...settled, waiting: settled.waiting.filter((event) => isOfHeld(settled, event)) };
}

function withoutHiddenOf(changed: readonly MessageFlagsDto[], state: State): State {
  const ids = new Set(changed.map(({ conversationId }) => conversationId));
  return [...ids].reduce((all, id) => {
    const held = all.conversations.get(id);
    return held ? withHeld(all, id, withoutHidden(all, held)) : all;
  }, state);
}

/** The state with older messages of a conversation: a page of its history that ends where those begin which are held. */
export function addHistory(state: State, conversationId: string, page: readonly MessageDto[]): State {
  const held = state.conversations.get(conversationId);
  if (!held) return state;
  return withHeld(state, conversationId, {
    ...held,
    messages: put({ ...held, messages: page }, held.messages),
  });
}

function merged(held: Held | undefined, entry: ConversationDeltaDto): Held {
  const conversation = entry.conversation as MyConversation;
  const base = { counted: [], countedFrom: entry.version };
  const messages = [...entry.messages].sort((one, other) => one.seq - other.seq);
  if (!held || (entry.reset && held.conversation.version !== entry.version))
    return { ...base, conversation: withMembers(conversation, entry), messages };
  const known = { ...conversation, members: held.conversation.members };
  return {
    ...base,
    conversation: withMembers(known, entry),
    messages: isAnew(held, conversation)
      ? messages.filter(({ seq }) => seq > held.conversation.lastSeq)
      : afterAll(held, messages),
  };
}

/** I was out of it meanwhile: what I had hidden from myself, I see again. */
function isAnew(held: Held, { membership: me }: MyConversation): boolean {
  return held.conversation.membership.joinedAccountVersion !== me.joinedAccountVersion;
}

function withMembers(conversation: MyConversation, { members }: ConversationDeltaDto): MyConversation {
  return members ? { ...conversation, members } : conversation;
}

/** After a sync, whatever waits for a conversation that is not mine waits in vain. */
function isOfHeld({ conversations }: State, event: Heard): boolean {
  const place = placeOf(event);
  return !place || conversations.has(place.id);
}

import type { ConversationSummaryDto } from '../modules/conversations/dto/conversation.dto.js';
import type { MembershipDto } from '../modules/conversations/dto/membership.dto.js';
import type { MessageDto } from '../modules/messages/dto/message.dto.js';
import type { AccountDto } from '../modules/users/dto/user.dto.js';
import { NOTHING_MINE, type Mine } from './mine-items.js';

/** What came over the socket: the name of an event of the contract, and its payload. */
export interface Heard {
  name: string;
  payload: object;
}

/** A conversation in which somebody is, so it has their own side. */
export type MyConversation = ConversationSummaryDto & { membership: MembershipDto };

/** A message that came, changed or went: what it did to the numbers of what is unread. */
export interface Counted {
  version: number;
  seq: number;
  /** The thread in which it counts; null: in the conversation itself. */
  threadRootId: string | null;
  unread: number;
  mentions: number;
}

/** A conversation as a client holds it. */
export interface Held {
  readonly conversation: MyConversation;
  /** Those that were read or heard of, by seq: from the first of them on there are no gaps. */
  readonly messages: readonly MessageDto[];
  /** Every message that has counted since `countedFrom`, for a count of unread ones that was made before it. */
  readonly counted: readonly Counted[];
  readonly countedFrom: number;
}

/** Everything that a client knows. Make it with `applySync`, keep it right with `apply`. */
export interface State {
  /** The counter of what is mine alone. */
  readonly me: number;
  readonly user: AccountDto | null;
  /** Whom I block, by id. */
  readonly blocks: readonly string[];
  /** Everything else that is mine alone. */
  readonly mine: Mine;
  readonly conversations: ReadonlyMap<string, Held>;
  /** Conversations that I am no longer in, and the version up to which I was. */
  readonly left: Readonly<Record<string, number>>;
  /** Heard before their turn: something in between is missing. */
  readonly waiting: readonly Heard[];
  /** Whether only a sync can make this right. */
  readonly isStale: boolean;
}

export const NOTHING: State = {
  me: 0,
  user: null,
  blocks: [],
  mine: NOTHING_MINE,
  conversations: new Map(),
  left: {},
  waiting: [],
  isStale: false,
};

/** Whether to sync now; with events waiting only after 300 ms, in which the missing ones may come by themselves. */
export function needsSync({ waiting, isStale }: State): 'now' | 'soon' | 'no' {
  if (isStale) return 'now';
  return waiting.length > 0 ? 'soon' : 'no';
}

export function withHeld(state: State, id: string, held: Held | undefined): State {
  const conversations = new Map(state.conversations);
  if (held) conversations.set(id, held);
  else conversations.delete(id);
  return { ...state, conversations };
}

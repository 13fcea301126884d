import type {
  AccountDto,
  ConversationSummaryDto,
  MembershipDto,
  MessageDto,
  UserDto,
} from '../generated/contract.js';
import { EMPTY_ACCOUNT_DATA, type AccountData } from './account-data.js';
import type { HeldItems } from './conversation-items.js';

/** Event received over the socket: its name in the contract and its payload. */
export interface ReceivedEvent {
  name: string;
  payload: object;
}

/** Conversation of which the user is a member. */
export type MemberConversation = ConversationSummaryDto & { membership: MembershipDto };

/** Effect of one message event on the unread counts. */
export interface UnreadChange {
  messageId: string;
  version: number;
  seq: number;
  /** Thread whose count changes; null: the count of the conversation. */
  threadRootId: string | null;
  unread: number;
  mentions: number;
}

/** Conversation as held by a client. */
export interface HeldConversation {
  readonly conversation: MemberConversation;
  /** Messages by seq: the main timeline without gaps from its first held message on, and thread replies. */
  readonly messages: readonly MessageDto[];
  /** Seq from which all thread replies are held. */
  readonly repliesFrom: number;
  /** Effects of all message events since `countedFrom`, applied to counts that were made at an older version. */
  readonly unreadChanges: readonly UnreadChange[];
  readonly countedFrom: number;
  /** Items of features, by kind. */
  readonly items: HeldItems;
}

/** Everything that a client holds: created by `applySync`, kept current by `apply`. */
export interface State {
  /** Epoch of the database of the held versions; null before the first sync. */
  readonly epoch: string | null;
  /** Account version up to which private changes are applied. */
  readonly accountVersion: number;
  readonly account: AccountDto | null;
  /** Ids of the users blocked by the user, sorted. */
  readonly blockedUserIds: readonly string[];
  readonly accountData: AccountData;
  readonly conversations: ReadonlyMap<string, HeldConversation>;
  /** Users of the pages of sync and of user.updated, by id. */
  readonly users: ReadonlyMap<string, UserDto>;
  /** The usersAsOf of the last sync, for the next one; null before the first. */
  readonly usersAsOf: string | null;
  /** Conversations that the user left, with the version at that time. */
  readonly leftVersions: Readonly<Record<string, number>>;
  /** Events received before their predecessors. */
  readonly pendingEvents: readonly ReceivedEvent[];
  /** Whether only a sync can complete this state. */
  readonly isStale: boolean;
}

/** State before the first sync. */
export const EMPTY_STATE: State = {
  epoch: null,
  accountVersion: 0,
  account: null,
  blockedUserIds: [],
  accountData: EMPTY_ACCOUNT_DATA,
  conversations: new Map(),
  users: new Map(),
  usersAsOf: null,
  leftVersions: {},
  pendingEvents: [],
  isStale: false,
};

/** When to sync. `soon`: after 300 ms, unless the missing events arrive before. */
export function needsSync({ pendingEvents, isStale }: State): 'now' | 'soon' | 'no' {
  if (isStale) return 'now';
  return pendingEvents.length > 0 ? 'soon' : 'no';
}

/** State with these users, except those held with a later change of the profile. */
export function withUsers(state: State, received: readonly UserDto[]): State {
  const users = new Map(state.users);
  for (const user of received) {
    const held = users.get(user.id);
    if ((held?.profileChangedAt ?? '') <= (user.profileChangedAt ?? '')) users.set(user.id, user);
  }
  return { ...state, users };
}

/** State with one conversation replaced; undefined removes it. */
export function withConversation(state: State, id: string, held: HeldConversation | undefined): State {
  const conversations = new Map(state.conversations);
  if (held) conversations.set(id, held);
  else conversations.delete(id);
  return { ...state, conversations };
}

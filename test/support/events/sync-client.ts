import { getConversation } from '../../../src/modules/conversations/conversations.contract.js';
import type { MessagePageDto } from '../../../src/modules/messages/dto/list-messages.dto.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { listMessages } from '../../../src/modules/messages/messages.contract.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import { MAX_REQUESTED, type SyncResponseDto } from '../../../src/modules/sync/dto/sync.dto.js';
import { addHistory, applySync } from '@tms/client/state/apply-sync';
import { EMPTY_STATE, withConversation, type MemberConversation, type State } from '@tms/client/state/state';
import { expectData, type Transport } from '../clients/transports.js';

/** Brings a state up to date as a client does: names what it has, in portions, and follows the pages. */
export async function syncState(
  before: State,
  transport: Transport,
  onPage?: (page: SyncResponseDto) => unknown,
): Promise<State> {
  let state = before;
  const requested = [...before.conversations];
  for (let index = 0; index === 0 || index < requested.length; index += MAX_REQUESTED) {
    const portion = requested.slice(index, index + MAX_REQUESTED);
    const conversations = Object.fromEntries(portion.map(([id, entry]) => [id, entry.conversation.version]));
    const { accountVersion } = state;
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
      const page = await expectData(transport.request(sync, { accountVersion, conversations, cursor }));
      await onPage?.(page);
      state = applySync(state, page);
      cursor = page.nextCursor ?? undefined;
    }
  }
  return state;
}

/** With the messages of each conversation that are older than those which it has, as when somebody scrolls up to the first. */
export async function loadFullHistory(before: State, transport: Transport): Promise<State> {
  let state = before;
  for (const [id, { conversation, messages }] of before.conversations) {
    const oldest = messages[0]?.seq ?? conversation.lastSeq + 1;
    if (oldest > conversation.firstSeq) state = addHistory(state, id, await history(transport, id, oldest));
  }
  return state;
}

/** Everything as it is now, read anew: the list, each conversation by itself, and its whole history. */
export async function readFreshState(transport: Transport): Promise<State> {
  let state = await syncState(EMPTY_STATE, transport);
  for (const [conversationId, entry] of state.conversations) {
    const { users: _users, ...conversation } = await expectData(
      transport.request(getConversation, { conversationId }),
    );
    state = withConversation(state, conversationId, {
      ...entry,
      conversation: conversation as MemberConversation,
    });
  }
  return loadFullHistory(state, transport);
}

/** What must be the same in two states of one person. */
export function toComparable(state: State): unknown {
  const { accountVersion, account, blockedUserIds, accountData, pendingEvents, isStale } = state;
  const entries = [...state.conversations].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    accountVersion,
    account: account && { ...account, accountVersion: null },
    blockedUserIds,
    accountData: Object.entries(accountData).map(([kind, items]) => [
      kind,
      [...items].sort(byKey).map(([, item]) => withoutConversationVersion(item)),
    ]),
    conversations: entries.map(([, { conversation, messages }]) => ({ conversation, messages })),
    pendingEvents,
    isStale,
  };
}

/** When something was counted is no part of what is known. */
function withoutConversationVersion(item: object): object {
  return { ...item, conversationVersion: null };
}

function byKey([one]: [string, object], [other]: [string, object]): number {
  return one < other ? -1 : 1;
}

async function history(transport: Transport, conversationId: string, before: number): Promise<MessageDto[]> {
  const all: MessageDto[] = [];
  for (let place: object | null = { before }; place;) {
    const page: MessagePageDto = await expectData(
      transport.request(listMessages, { conversationId, limit: 100, ...place }),
    );
    all.unshift(...page.items);
    place = page.nextCursor === null ? null : { cursor: page.nextCursor };
  }
  return all;
}

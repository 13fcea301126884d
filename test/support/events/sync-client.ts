import { getConversation } from '../../../src/modules/conversations/conversations.contract.js';
import type { MessagePageDto } from '../../../src/modules/messages/dto/list-messages.dto.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { listMessages } from '../../../src/modules/messages/messages.contract.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import { MAX_REQUESTED, type SyncResponseDto } from '../../../src/modules/sync/dto/sync.dto.js';
import { addHistory, applySync } from '@tms/client/state/apply-sync';
import { EMPTY_STATE, withConversation, type MemberConversation, type State } from '@tms/client/state/state';
import { expectData, type Transport } from '../clients/transports.js';

/** Updates a state like a client: requests its conversations in portions and follows the pages. */
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
    const { epoch, accountVersion, usersAsOf } = state;
    if (epoch !== before.epoch && before.epoch !== null) break; // the sync of another epoch is complete
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
      const held = {
        ...(epoch && { epoch }),
        ...(usersAsOf && { usersAsOf }),
        accountVersion,
        conversations,
      };
      const page = await expectData(transport.request(sync, { ...held, cursor }));
      await onPage?.(page);
      state = applySync(state, page);
      cursor = page.nextCursor ?? undefined;
    }
  }
  return state;
}

/** Adds the messages from before those that each conversation holds completely, thread replies included. */
export async function loadFullHistory(before: State, transport: Transport): Promise<State> {
  let state = before;
  for (const [id, { conversation, repliesFrom }] of before.conversations)
    if (repliesFrom > conversation.firstSeq)
      state = addHistory(state, id, await readAllBefore(transport, id, repliesFrom), 'all');
  return state;
}

/** State of a fresh read: the list, each conversation, and its complete history. */
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

/** Comparable part of the state of a user. */
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
    conversations: entries.map(([, { conversation, messages, items }]) => ({
      conversation,
      messages,
      items,
    })),
    pendingEvents,
    isStale,
  };
}

/** The time of a count is not part of the state. */
function withoutConversationVersion(item: object): object {
  return { ...item, conversationVersion: null };
}

function byKey([one]: [string, object], [other]: [string, object]): number {
  return one < other ? -1 : 1;
}

async function readAllBefore(
  transport: Transport,
  conversationId: string,
  before: number,
): Promise<MessageDto[]> {
  const all: MessageDto[] = [];
  for (let place: object | null = { before }; place;) {
    const page: MessagePageDto = await expectData(
      transport.request(listMessages, { conversationId, timeline: 'all', limit: 100, ...place }),
    );
    all.unshift(...page.items);
    place = page.nextCursor === null ? null : { cursor: page.nextCursor };
  }
  return all;
}

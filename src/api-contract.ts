import * as auth from './auth/auth.contract.js';
import type { Event, Operation } from './kernel/realtime/contract.js';
import * as sessions from './kernel/identity/sessions.contract.js';
import * as attachments from './modules/attachments/attachments.contract.js';
import * as blocks from './modules/blocks/blocks.contract.js';
import * as calls from './modules/calls/calls.contract.js';
import * as media from './modules/calls/rtc/rtc.contract.js';
import * as signals from './modules/calls/signaling/signaling.contract.js';
import * as conversations from './modules/conversations/conversations.contract.js';
import * as memberships from './modules/conversations/memberships.contract.js';
import * as members from './modules/conversations/members.contract.js';
import * as drafts from './modules/drafts/drafts.contract.js';
import * as inbox from './modules/inbox/inbox.contract.js';
import * as messages from './modules/messages/messages.contract.js';
import * as messageFlags from './modules/messages/flags/message-flags.contract.js';
import * as threads from './modules/messages/threads/threads.contract.js';
import * as scheduled from './modules/scheduled-messages/scheduled-messages.contract.js';
import * as pins from './modules/messages/pins/pins.contract.js';
import * as reactions from './modules/messages/reactions/reactions.contract.js';
import * as polls from './modules/polls/polls.contract.js';
import * as search from './modules/search/search.contract.js';
import * as syncing from './modules/sync/sync.contract.js';
import * as typing from './modules/typing/typing.contract.js';
import * as users from './modules/users/users.contract.js';

/** All words that clients and this server have for each other: the documents and the tests walk these two lists. */
const contracts: Record<string, unknown>[] = [
  auth,
  sessions,
  users,
  blocks,
  conversations,
  members,
  memberships,
  attachments,
  messages,
  typing,
  messageFlags,
  threads,
  drafts,
  scheduled,
  reactions,
  pins,
  search,
  calls,
  signals,
  media,
  inbox,
  syncing,
  polls,
];
const definitions = contracts.flatMap((contract) => Object.values(contract));

export const operations: Operation[] = definitions.filter((word): word is Operation => isWord(word, 'input'));
export const commands: Operation[] = operations.filter(({ socket }) => socket);
export const events: Event[] = definitions.filter((word): word is Event => isWord(word, 'payload'));

function isWord(word: unknown, key: string): boolean {
  return typeof word === 'object' && word !== null && key in word;
}

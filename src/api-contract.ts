import * as auth from './auth/auth.contract.js';
import type { Event, Operation } from './kernel/realtime/contract.js';
import * as sessions from './kernel/identity/sessions.contract.js';
import * as attachments from './modules/attachments/attachments.contract.js';
import * as blocks from './modules/blocks/blocks.contract.js';
import * as calls from './modules/calls/calls.contract.js';
import * as rtc from './modules/calls/rtc/rtc.contract.js';
import * as signaling from './modules/calls/signaling/signaling.contract.js';
import * as conversations from './modules/conversations/conversations.contract.js';
import * as memberships from './modules/conversations/memberships/memberships.contract.js';
import * as members from './modules/conversations/members/members.contract.js';
import * as drafts from './modules/drafts/drafts.contract.js';
import * as inbox from './modules/inbox/inbox.contract.js';
import * as messages from './modules/messages/messages.contract.js';
import * as messageFlags from './modules/messages/flags/message-flags.contract.js';
import * as threads from './modules/messages/threads/threads.contract.js';
import * as scheduledMessages from './modules/scheduled-messages/scheduled-messages.contract.js';
import * as pins from './modules/messages/pins/pins.contract.js';
import * as reactions from './modules/messages/reactions/reactions.contract.js';
import * as polls from './modules/polls/polls.contract.js';
import * as search from './modules/search/search.contract.js';
import * as sync from './modules/sync/sync.contract.js';
import * as typing from './modules/typing/typing.contract.js';
import * as users from './modules/users/users.contract.js';

/** Contracts of all modules. API documents, tests and client types are generated from their operations and events. */
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
  scheduledMessages,
  reactions,
  pins,
  search,
  calls,
  signaling,
  rtc,
  inbox,
  sync,
  polls,
];
const definitions = contracts.flatMap((contract) => Object.values(contract));

export const operations: Operation[] = definitions.filter((definition): definition is Operation =>
  hasField(definition, 'input'),
);
export const commands: Operation[] = operations.filter(({ socket }) => socket);
export const events: Event[] = definitions.filter((definition): definition is Event =>
  hasField(definition, 'payload'),
);

function hasField(definition: unknown, field: string): boolean {
  return typeof definition === 'object' && definition !== null && field in definition;
}

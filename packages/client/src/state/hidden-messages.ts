import type { MessageDto } from '../generated/contract.js';
import { isHidden } from './account-data.js';
import type { HeldConversation, State } from './state.js';

/** Fields of a hidden message that carry no content: place, time and thread stay. */
const HIDDEN: Partial<MessageDto> = {
  content: null,
  media: [],
  poll: null,
  call: null,
  metadata: null,
  mentions: [],
  mentionsAll: false,
  replyTo: null,
  reactions: [],
  hidden: true,
};

/** Message of an event, which is the same for all members, as seen by the user. */
export function toUserView({ accountData }: Pick<State, 'accountData'>, message: MessageDto): MessageDto {
  if (isHidden(accountData, message.id)) return { ...message, ...HIDDEN };
  const { replyTo } = message;
  return replyTo && isHidden(accountData, replyTo.id)
    ? { ...message, replyTo: { ...replyTo, excerpt: null } }
    : message;
}

/** Conversation with hidden stubs for the messages that the user has hidden. */
export function hideMessages(
  state: State,
  { conversation, messages, ...held }: HeldConversation,
): HeldConversation {
  const { lastMessage } = conversation;
  const isLast = lastMessage !== null && isHidden(state.accountData, lastMessage.id);
  return {
    ...held,
    conversation: isLast ? { ...conversation, lastMessage: { ...lastMessage, excerpt: null } } : conversation,
    messages: messages.map((message) => toUserView(state, message)),
  };
}

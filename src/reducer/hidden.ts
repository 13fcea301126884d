import { toHiddenStub } from '../modules/messages/dto/hidden-stub.js';
import type { MessageDto } from '../modules/messages/dto/message.dto.js';
import { isHidden } from './mine-items.js';
import type { Held, State } from './state.js';

/** A message of an event, which is the same for everybody, as I see it. */
export function asISee({ mine }: Pick<State, 'mine'>, message: MessageDto): MessageDto {
  if (isHidden(mine, message.id)) return toHiddenStub(message);
  const { replyTo } = message;
  return replyTo && isHidden(mine, replyTo.id)
    ? { ...message, replyTo: { ...replyTo, excerpt: null } }
    : message;
}

/** A conversation after I have hidden some of its messages from myself. */
export function withoutHidden(state: State, { conversation, messages, ...held }: Held): Held {
  const { lastMessage } = conversation;
  const isLast = lastMessage !== null && isHidden(state.mine, lastMessage.id);
  return {
    ...held,
    conversation: isLast ? { ...conversation, lastMessage: { ...lastMessage, excerpt: null } } : conversation,
    messages: messages.map((message) => asISee(state, message)),
  };
}

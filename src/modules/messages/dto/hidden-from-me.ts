import type { MessageDto } from './message.dto.js';

/** What somebody sees of a message that they have hidden: its place, and the thread under it. */
export function hiddenFromMe(message: MessageDto): MessageDto {
  return { ...message, content: null, metadata: null, replyTo: null, reactions: [], hidden: true };
}

import type { MessageDto } from '../../src/modules/messages/dto/message.dto.js';
import { sendMessage } from '../../src/modules/messages/messages.contract.js';
import type { MyThreadDto } from '../../src/modules/messages/threads/dto/my-thread.dto.js';
import { getThread } from '../../src/modules/messages/threads/threads.contract.js';
import { data, type Door } from '../setup/doors.js';
import type { Scene } from './both-ways.js';

/** A reply under a message. */
export function reply({ door }: { door: Door }, root: MessageDto, more: object = {}): Promise<MessageDto> {
  const { conversationId, id: threadRootId } = root;
  return data(door.ask(sendMessage, { conversationId, content: 'In the thread', threadRootId, ...more }));
}

/** What its thread is to somebody. */
export async function mine({ rest }: { rest: Door }, { id: messageId }: MessageDto): Promise<MyThreadDto> {
  return (await data(rest.ask(getThread, { messageId }))).me;
}

/** A message of alice's in a group of three. */
export async function rootOfThree({ group, bob, carol, say, alice }: Scene): Promise<MessageDto> {
  return say(alice, await group({ memberIds: [bob.id, carol.id] }), 'Root');
}

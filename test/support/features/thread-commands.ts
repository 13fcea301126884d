import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import type { ThreadSubscriptionDto } from '../../../src/modules/messages/dto/threads.dto.js';
import { getThread } from '../../../src/modules/messages/threads/threads.contract.js';
import { expectData, type Transport } from '../clients/transports.js';
import type { ScenarioContext } from '../clients/both-transports.js';

/** Sends a reply in the thread of a message. */
export function sendReply(
  { transport }: { transport: Transport },
  root: MessageDto,
  more: object = {},
): Promise<MessageDto> {
  const { conversationId, id: threadRootId } = root;
  return expectData(
    transport.request(sendMessage, { conversationId, content: 'In the thread', threadRootId, ...more }),
  );
}

/** Subscription of a user in the thread of a message. */
export async function getSubscription(
  { rest }: { rest: Transport },
  { id: messageId }: MessageDto,
): Promise<ThreadSubscriptionDto> {
  return (await expectData(rest.request(getThread, { messageId }))).subscription;
}

/** A message of alice in a group of three. */
export async function sendThreadRoot({
  group,
  bob,
  carol,
  sendText,
  alice,
}: ScenarioContext): Promise<MessageDto> {
  return sendText(alice, await group({ memberIds: [bob.id, carol.id] }), 'Root');
}

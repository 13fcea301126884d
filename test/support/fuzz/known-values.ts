import { leaveCall, startCall } from '../../../src/modules/calls/calls.contract.js';
import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { createPoll } from '../../../src/modules/polls/polls.contract.js';
import { scheduleMessage } from '../../../src/modules/scheduled-messages/scheduled-messages.contract.js';
import { expectData, type Device } from '../clients/transports.js';
import type { TestUser } from '../servers/test-server.js';

/** Valid values of fields that refer to existing objects, by field name. */
export async function knownValues(
  device: Device,
  me: TestUser,
  other: TestUser,
): Promise<Record<string, unknown>> {
  const memberIds = [other.id];
  const { id: conversationId } = await expectData(
    device.request(createConversation, { type: 'dm', memberIds }),
  );
  const { id: messageId } = await expectData(
    device.request(sendMessage, { conversationId, content: 'Hello' }),
  );
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const { id: scheduledMessageId } = await expectData(
    device.request(scheduleMessage, { conversationId, content: 'Later', sendAt }),
  );
  const { id: callId } = await expectData(device.request(startCall, { conversationId, type: 'voice' }));
  await expectData(device.request(leaveCall, { callId })); // a lease of a live call would be renewed at times
  const { poll } = await expectData(
    device.request(createPoll, { conversationId, question: 'Well?', options: ['Yes', 'No'] }),
  );
  const known = { pollId: poll!.id, optionIds: [poll!.options[0]!.id] };
  return {
    callId,
    ...known,
    conversationId,
    messageId,
    scheduledMessageId,
    sendAt,
    userId: me.id,
    memberIds,
    token: me.token,
  };
}

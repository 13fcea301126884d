import { leaveCall, startCall } from '../../src/modules/calls/calls.contract.js';
import { createConversation } from '../../src/modules/conversations/conversations.contract.js';
import { sendMessage } from '../../src/modules/messages/messages.contract.js';
import { createPoll } from '../../src/modules/polls/polls.contract.js';
import { scheduleMessage } from '../../src/modules/scheduled/scheduled.contract.js';
import { data, type Device } from '../setup/doors.js';
import type { Person } from '../setup/server.js';

/** Good values for the fields that name something which is there, by the name of the field. */
export async function knownValues(
  device: Device,
  me: Person,
  other: Person,
): Promise<Record<string, unknown>> {
  const memberIds = [other.id];
  const { id: conversationId } = await data(device.ask(createConversation, { type: 'dm', memberIds }));
  const { id: messageId } = await data(device.ask(sendMessage, { conversationId, content: 'Hello' }));
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const { id: scheduledId } = await data(
    device.ask(scheduleMessage, { conversationId, content: 'Later', sendAt }),
  );
  const { id: callId } = await data(device.ask(startCall, { conversationId, type: 'voice' }));
  await data(device.ask(leaveCall, { callId })); // a live one would be renewed now and then
  const { poll } = await data(
    device.ask(createPoll, { conversationId, question: 'Well?', options: ['Yes', 'No'] }),
  );
  const known = { pollId: poll!.id, optionIds: [poll!.options[0]!.id] };
  return {
    callId,
    ...known,
    conversationId,
    messageId,
    scheduledId,
    sendAt,
    userId: me.id,
    memberIds,
    token: me.token,
  };
}

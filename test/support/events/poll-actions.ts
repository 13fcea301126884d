import { deleteMessage } from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { closePoll } from '../../../src/modules/polls/polls.contract.js';
import { expectData } from '../clients/transports.js';
import { timeFromNow, createTestPoll, vote } from '../features/poll-commands.js';
import type { TestAction } from './event-sufficiency.js';

/** All actions that change a poll. */
export const POLL_ACTIONS: Record<string, TestAction> = {
  'a poll': ({ alice, group }) => createTestPoll(alice, group, { closesAt: timeFromNow(3_600_000) }),
  'votes that are changed and withdrawn': async ({ alice, bob, carol, group }) => {
    const { pollId, options } = await createTestPoll(alice, group, { multipleChoice: true });
    await expectData(vote(bob, pollId, ...options));
    await expectData(vote(carol, pollId, options[1]));
    await expectData(vote(bob, pollId, options[0]));
    await expectData(vote(carol, pollId));
  },
  'an anonymous poll': async ({ alice, bob, carol, group }) => {
    const { pollId, options } = await createTestPoll(bob, group, { anonymous: true });
    for (const voter of [alice, bob, carol]) await expectData(vote(voter, pollId, options[2]));
  },
  'a poll that is closed, and shows its votes then': async ({ alice, bob, carol, group }) => {
    const { pollId, options } = await createTestPoll(bob, group, { resultsVisibility: 'closed' });
    for (const voter of [bob, carol]) await expectData(vote(voter, pollId, options[1]));
    await expectData(alice.transport.request(closePoll, { pollId }));
  },
  'a poll that closes at its time': async ({ alice, bob, group }) => {
    const { pollId, options } = await createTestPoll(alice, group, { closesAt: timeFromNow(2_000) });
    await expectData(vote(bob, pollId, options[1]));
    await alice.device.waitForEvents(2, 'message.updated');
  },
  'a poll that is deleted': async ({ alice, bob, group }) => {
    const { pollId, options, message } = await createTestPoll(alice, group);
    await expectData(vote(bob, pollId, options[1]));
    await expectData(alice.transport.request(deleteMessage, { messageId: message.id }));
  },
  'votes in a poll that somebody has hidden': async ({ alice, bob, carol, group }) => {
    const { pollId, options, message } = await createTestPoll(alice, group);
    await expectData(carol.transport.request(hideMessage, { messageId: message.id }));
    await expectData(vote(bob, pollId, options[1]));
  },
};

import { deleteMessage } from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { closePoll } from '../../../src/modules/polls/polls.contract.js';
import { expectData } from '../clients/transports.js';
import { makePollDue } from '../features/due-times.js';
import { timeFromNow, createTestPoll, vote } from '../features/poll-commands.js';
import type { TestAction } from './event-sufficiency.js';

/** All actions that change a poll. */
export const POLL_ACTIONS: Record<string, TestAction> = {
  'a new poll': ({ alice, group }) => createTestPoll(alice, group, { closesAt: timeFromNow(3_600_000) }),
  'changed and withdrawn votes': async ({ alice, bob, carol, group }) => {
    const { pollId, options } = await createTestPoll(alice, group, { multipleChoice: true });
    await expectData(vote(bob, pollId, ...options));
    await expectData(vote(carol, pollId, options[1]));
    await expectData(vote(bob, pollId, options[0]));
    await expectData(vote(carol, pollId));
  },
  'votes in an anonymous poll': async ({ alice, bob, carol, group }) => {
    const { pollId, options } = await createTestPoll(bob, group, { anonymous: true });
    for (const voter of [alice, bob, carol]) await expectData(vote(voter, pollId, options[2]));
  },
  'closing of a poll with hidden results': async ({ alice, bob, carol, group }) => {
    const { pollId, options } = await createTestPoll(bob, group, { resultsVisibility: 'closed' });
    for (const voter of [bob, carol]) await expectData(vote(voter, pollId, options[1]));
    await expectData(alice.transport.request(closePoll, { pollId }));
  },
  'a poll with a closing time': async ({ alice, bob, group, database }) => {
    const { pollId, options } = await createTestPoll(alice, group, { closesAt: timeFromNow(60_000) });
    await expectData(vote(bob, pollId, options[1]));
    await makePollDue(database, pollId);
    await alice.device.waitForEvents(2, 'message.updated');
  },
  'a deleted poll': async ({ alice, bob, group }) => {
    const { pollId, options, message } = await createTestPoll(alice, group);
    await expectData(vote(bob, pollId, options[1]));
    await expectData(alice.transport.request(deleteMessage, { messageId: message.id }));
  },
  'votes in a poll hidden by a member': async ({ alice, bob, carol, group }) => {
    const { pollId, options, message } = await createTestPoll(alice, group);
    await expectData(carol.transport.request(hideMessage, { messageId: message.id }));
    await expectData(vote(bob, pollId, options[1]));
  },
};

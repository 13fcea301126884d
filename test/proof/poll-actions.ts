import { deleteMessage } from '../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../src/modules/messages/mine/my-messages.contract.js';
import { closePoll } from '../../src/modules/polls/polls.contract.js';
import { data } from '../setup/doors.js';
import { inMs, put, vote } from './polls.js';
import type { Act } from './sufficient.js';

/** Every action by which a poll becomes something else. */
export const POLL_ACTIONS: Record<string, Act> = {
  'a poll': ({ alice, group }) => put(alice, group, { closesAt: inMs(3_600_000) }),
  'votes that are changed and withdrawn': async ({ alice, bob, carol, group }) => {
    const { pollId, options } = await put(alice, group, { multipleChoice: true });
    await data(vote(bob, pollId, ...options));
    await data(vote(carol, pollId, options[1]));
    await data(vote(bob, pollId, options[0]));
    await data(vote(carol, pollId));
  },
  'an anonymous poll': async ({ alice, bob, carol, group }) => {
    const { pollId, options } = await put(bob, group, { anonymous: true });
    for (const voter of [alice, bob, carol]) await data(vote(voter, pollId, options[2]));
  },
  'a poll that is closed, and shows its votes then': async ({ alice, bob, carol, group }) => {
    const { pollId, options } = await put(bob, group, { resultsVisibility: 'closed' });
    for (const voter of [bob, carol]) await data(vote(voter, pollId, options[1]));
    await data(alice.door.ask(closePoll, { pollId }));
  },
  'a poll that closes at its time': async ({ alice, bob, group }) => {
    const { pollId, options } = await put(alice, group, { closesAt: inMs(600) });
    await data(vote(bob, pollId, options[1]));
    await alice.device.hear(2, 'message.updated');
  },
  'a poll that is deleted': async ({ alice, bob, group }) => {
    const { pollId, options, message } = await put(alice, group);
    await data(vote(bob, pollId, options[1]));
    await data(alice.door.ask(deleteMessage, { messageId: message.id }));
  },
  'votes in a poll that somebody has hidden': async ({ alice, bob, carol, group }) => {
    const { pollId, options, message } = await put(alice, group);
    await data(carol.door.ask(hideMessage, { messageId: message.id }));
    await data(vote(bob, pollId, options[1]));
  },
};

import { hideMessage } from '../../src/modules/messages/mine/my-messages.contract.js';
import { addBlock } from '../../src/modules/blocks/blocks.contract.js';
import { removeMember } from '../../src/modules/conversations/members.contract.js';
import { data } from '../setup/doors.js';
import { until } from '../setup/until.js';
import { accept, decline, end, leave, read, start } from './calling.js';
import type { Act } from './sufficient.js';

/** What can become of a call; one line each. */
export const CALL_ACTIONS: Record<string, Act> = {
  'a call that rings': ({ alice, group }) => data(start(alice, group)),
  'a call that is answered': async ({ alice, bob, dm }) => {
    await data(accept(bob, await data(start(alice, dm, { type: 'video' }))));
  },
  'a call that is declined': async ({ alice, bob, dm }) => {
    await data(decline(bob, await data(start(alice, dm))));
  },
  'a call that is cancelled': async ({ bob, dm }) => {
    await data(leave(bob, await data(start(bob, dm))));
  },
  'a call of a group, from which one after the other goes': async ({ alice, bob, carol, group }) => {
    const call = await data(start(alice, group));
    await data(accept(bob, call));
    await data(decline(carol, call));
    await data(accept(carol, call));
    for (const who of [alice, carol, bob]) await data(leave(who, call));
  },
  'a call that is ended for all': async ({ alice, bob, group }) => {
    const call = await data(start(bob, group));
    await data(accept(alice, call));
    await data(end(alice, call));
  },
  'a call that somebody is removed from': async ({ alice, bob, carol, group: conversationId }) => {
    const call = await data(start(alice, conversationId));
    for (const who of [bob, carol]) await data(accept(who, call));
    await data(alice.door.ask(removeMember, { conversationId, userId: bob.id }));
    await until(async () => (await data(read({ rest: alice.door }, call))).joinedCount === 2);
  },
  'a call that I have hidden, and that goes on': async ({ alice, bob, group }) => {
    const call = await data(start(alice, group));
    await data(bob.door.ask(hideMessage, { messageId: call.messageId! }));
    await data(end(alice, call));
  },
  'a call that reaches nobody': async ({ alice, bob, dm }) => {
    await data(bob.door.ask(addBlock, { userId: alice.id }));
    await data(leave(alice, await data(start(alice, dm))));
  },
};

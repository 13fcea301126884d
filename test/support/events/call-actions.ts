import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { expectData } from '../clients/transports.js';
import { waitUntil } from '../environment/wait-until.js';
import { accept, decline, end, leave, read, start } from '../features/call-commands.js';
import type { TestAction } from './event-sufficiency.js';

/** All actions on a call. */
export const CALL_ACTIONS: Record<string, TestAction> = {
  'a ringing call': ({ alice, group }) => expectData(start(alice, group)),
  'an answered call': async ({ alice, bob, dm }) => {
    await expectData(accept(bob, await expectData(start(alice, dm, { type: 'video' }))));
  },
  'unread calls that were taken, declined and missed': async ({ alice, bob, carol, group }) => {
    const call = await expectData(start(alice, group));
    await expectData(accept(bob, call));
    await expectData(decline(carol, call));
    await expectData(leave(bob, call));
    await expectData(leave(alice, call));
    await expectData(leave(bob, await expectData(start(bob, group))));
  },
  'a declined call': async ({ alice, bob, dm }) => {
    await expectData(decline(bob, await expectData(start(alice, dm))));
  },
  'a cancelled call': async ({ bob, dm }) => {
    await expectData(leave(bob, await expectData(start(bob, dm))));
  },
  'a group call that all participants leave in turn': async ({ alice, bob, carol, group }) => {
    const call = await expectData(start(alice, group));
    await expectData(accept(bob, call));
    await expectData(decline(carol, call));
    await expectData(accept(carol, call));
    for (const actor of [alice, carol, bob]) await expectData(leave(actor, call));
  },
  'a call ended for all participants': async ({ alice, bob, group }) => {
    const call = await expectData(start(bob, group));
    await expectData(accept(alice, call));
    await expectData(end(alice, call));
  },
  'removal of a member during a call': async ({ alice, bob, carol, group: conversationId }) => {
    const call = await expectData(start(alice, conversationId));
    for (const actor of [bob, carol]) await expectData(accept(actor, call));
    await expectData(alice.transport.request(removeMember, { conversationId, userId: bob.id }));
    await waitUntil(async () => (await expectData(read({ rest: alice.transport }, call))).joinedCount === 2);
  },
  'an active call in a hidden message': async ({ alice, bob, group }) => {
    const call = await expectData(start(alice, group));
    await expectData(bob.transport.request(hideMessage, { messageId: call.messageId! }));
    await expectData(end(alice, call));
  },
  'a call to a user that blocked the caller': async ({ alice, bob, dm }) => {
    await expectData(bob.transport.request(addBlock, { userId: alice.id }));
    await expectData(leave(alice, await expectData(start(alice, dm))));
  },
};

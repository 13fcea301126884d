import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { getConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { listConversations } from '../../../src/modules/inbox/inbox.contract.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import {
  deleteMessage,
  editMessage,
  getMessage,
  listMessages,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import {
  hideMessage,
  listSavedMessages,
  saveMessage,
  unsaveMessage,
} from '../../../src/modules/messages/flags/message-flags.contract.js';
import { pinMessage, unpinMessage } from '../../../src/modules/messages/pins/pins.contract.js';
import { addReaction, removeReaction } from '../../../src/modules/messages/reactions/reactions.contract.js';
import { bothTransports, type TestActor } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';

async function savedBy({ rest }: TestActor): Promise<string[]> {
  return (await expectData(rest.request(listSavedMessages, {}))).items.map(({ message }) => message.id);
}

describe('A saved message', () => {
  bothTransports('is listed for its user until it is unsaved', async ({ alice, bob, dm, sendText }) => {
    const conversationId = await dm();
    const second = await bob.connectDevice();
    const [one, other] = [
      await sendText(alice, conversationId, 'One'),
      await sendText(alice, conversationId, 'Other'),
    ];
    const saved = await expectData(bob.transport.request(saveMessage, { messageId: one.id }));
    await expectData(bob.transport.request(saveMessage, { messageId: other.id }));
    expect(await expectData(bob.transport.request(saveMessage, { messageId: one.id }))).toEqual(saved);
    expect(await savedBy(bob)).toEqual([other.id, one.id]);
    expect(await savedBy(alice)).toEqual([]);
    const page = await expectData(bob.rest.request(listSavedMessages, { limit: 1 }));
    const next = await expectData(bob.rest.request(listSavedMessages, { limit: 1, cursor: page.nextCursor }));
    expect(next.items).toMatchObject([{ message: { id: one.id, content: 'One' } }]);
    expect(next.users[alice.id]).toBeDefined();

    const gone = await expectData(bob.transport.request(unsaveMessage, { messageId: one.id }));
    expect(gone).toMatchObject({ savedAt: null, accountVersion: saved.accountVersion + 2 });
    expect(await savedBy(bob)).toEqual([other.id]);
    expect(await second.waitForEvents(3, 'message.saved')).toHaveLength(3);
    expect(alice.device.events.map(({ name }) => name)).not.toContain('message.saved');
  });

  bothTransports('leaves the list when it is deleted', async (context) => {
    const { alice, bob, group, sendText } = context;
    const conversationId = await group();
    const [one, other] = [await sendText(alice, conversationId), await sendText(alice, conversationId)];
    for (const { id } of [one, other])
      await expectData(bob.transport.request(saveMessage, { messageId: id }));
    await expectData(alice.transport.request(deleteMessage, { messageId: one.id }));
    expect(await savedBy(bob)).toEqual([other.id]);
    expect(await expectErrorCode(bob.transport.request(saveMessage, { messageId: one.id }))).toBe(
      'message_deleted',
    );
    await expectData(bob.transport.request(unsaveMessage, { messageId: one.id }));
    await expectData(alice.transport.request(removeMember, { conversationId, userId: bob.id }));
    expect(await savedBy(bob)).toEqual([]);
    expect(await expectErrorCode(bob.transport.request(saveMessage, { messageId: other.id }))).toBe(
      'not_found',
    );
  });
});

describe('A hidden message', () => {
  bothTransports('loses its content in every read of its user and of no other user', async (context) => {
    const { alice, bob, dm, sendText } = context;
    const conversationId = await dm();
    const secret = await sendText(alice, conversationId, 'Awkward');
    await expectData(bob.transport.request(saveMessage, { messageId: secret.id }));
    const reply = await expectData(
      alice.transport.request(sendMessage, { conversationId, content: 'Sorry', replyToId: secret.id }),
    );
    const hidden = await expectData(bob.transport.request(hideMessage, { messageId: secret.id }));
    expect(hidden).toMatchObject({ messageId: secret.id, savedAt: null, seq: 1 });
    expect(await expectData(bob.transport.request(hideMessage, { messageId: secret.id }))).toEqual(hidden);
    expect(await bob.device.waitForEvents(1, 'message.hidden')).toEqual([hidden]);
    expect(alice.device.events.map(({ name }) => name)).not.toContain('message.hidden');

    const stub = { id: secret.id, seq: 1, content: null, hidden: true };
    expect(await expectData(bob.rest.request(getMessage, { messageId: secret.id }))).toMatchObject(stub);
    const { items } = await expectData(bob.transport.request(listMessages, { conversationId }));
    expect(items).toMatchObject([stub, { id: reply.id, replyTo: { id: secret.id, excerpt: null } }]);
    expect(await savedBy(bob)).toEqual([]);
    expect(await expectErrorCode(bob.transport.request(saveMessage, { messageId: secret.id }))).toBe(
      'not_found',
    );
    const input = { conversations: { [conversationId]: 1 } };
    expect(JSON.stringify(await expectData(bob.transport.request(sync, input)))).not.toContain('Awkward');
    expect(await expectData(alice.rest.request(getMessage, { messageId: secret.id }))).toEqual(secret);

    await expectData(
      alice.transport.request(editMessage, { messageId: secret.id, content: 'Awkward, edited' }),
    );
    expect(await expectData(bob.rest.request(getMessage, { messageId: secret.id }))).toMatchObject(stub);
    expect(JSON.stringify(await expectData(bob.transport.request(sync, {})))).not.toContain('Awkward');
  });

  bothTransports('has no content in the answer of any change', async (context) => {
    const { alice, bob, dm, sendText } = context;
    const conversationId = await dm();
    const own = await sendText(bob, conversationId, 'Awkward');
    const mention = { conversationId, content: 'Awkward', mentions: [bob.id] };
    const others = await expectData(alice.transport.request(sendMessage, mention));
    expect(others.mentions).toEqual([bob.id]);
    for (const { id: messageId } of [own, others])
      await expectData(bob.transport.request(hideMessage, { messageId }));
    const answers = [
      await expectData(bob.transport.request(addReaction, { messageId: others.id, emoji: '👍' })),
      await expectData(bob.transport.request(addReaction, { messageId: others.id, emoji: '👍' })),
      await expectData(bob.transport.request(removeReaction, { messageId: others.id, emoji: '👍' })),
      await expectData(bob.transport.request(pinMessage, { messageId: others.id })),
      await expectData(bob.transport.request(unpinMessage, { messageId: others.id })),
      await expectData(bob.transport.request(editMessage, { messageId: own.id, content: 'Awkward again' })),
    ];
    for (const answer of answers)
      expect(answer).toMatchObject({
        hidden: true,
        content: null,
        reactions: [],
        mentions: [],
      });
    const reply = { conversationId, content: 'To that', replyToId: others.id, clientId: 'reply' };
    const sent = await expectData(bob.transport.request(sendMessage, reply));
    const again = await expectData(bob.transport.request(sendMessage, reply));
    for (const answer of [sent, again])
      expect(answer.replyTo).toMatchObject({ id: others.id, excerpt: null });
    await expectData(bob.transport.request(hideMessage, { messageId: sent.id }));
    expect(await expectData(bob.transport.request(sendMessage, reply))).toMatchObject({
      hidden: true,
      content: null,
    });

    const events = await alice.device.waitForEvents(3, 'message.new');
    expect(events.at(-1)).toMatchObject({
      content: 'To that',
      hidden: false,
      replyTo: { excerpt: 'Awkward' },
    });
    expect((await alice.device.waitForEvents(5, 'message.updated')).at(-1)).toMatchObject({
      content: 'Awkward again',
    });
  });

  bothTransports('has no text in the preview of the conversation', async ({ alice, bob, dm, sendText }) => {
    const conversationId = await dm();
    const { id } = await sendText(alice, conversationId, 'Awkward');
    await expectData(bob.transport.request(hideMessage, { messageId: id }));
    const single = await expectData(bob.rest.request(getConversation, { conversationId }));
    const [listed] = (await expectData(bob.rest.request(listConversations, {}))).items;
    for (const { lastMessage } of [single, listed!]) expect(lastMessage).toMatchObject({ id, excerpt: null });
    const ofAlice = await expectData(alice.rest.request(getConversation, { conversationId }));
    expect(ofAlice.lastMessage?.excerpt).toBe('Awkward');
  });
});

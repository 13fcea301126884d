import { removeMember } from '../src/modules/conversations/members.contract.js';
import { getConversation } from '../src/modules/conversations/conversations.contract.js';
import { listConversations, sync } from '../src/modules/inbox/inbox.contract.js';
import {
  deleteMessage,
  editMessage,
  getMessage,
  listMessages,
  sendMessage,
} from '../src/modules/messages/messages.contract.js';
import {
  hideMessage,
  listSaved,
  saveMessage,
  unsaveMessage,
} from '../src/modules/messages/mine/my-messages.contract.js';
import { bothWays, type Actor } from './proof/both-ways.js';
import { data, refusal } from './setup/doors.js';

async function savedBy({ rest }: Actor): Promise<string[]> {
  return (await data(rest.ask(listSaved, {}))).items.map(({ message }) => message.id);
}

describe('A saved message', () => {
  bothWays('is mine to find again, until I let it go', async ({ alice, bob, dm, say }) => {
    const conversationId = await dm();
    const second = await bob.another();
    const [one, other] = [await say(alice, conversationId, 'One'), await say(alice, conversationId, 'Other')];
    const saved = await data(bob.door.ask(saveMessage, { messageId: one.id }));
    await data(bob.door.ask(saveMessage, { messageId: other.id }));
    expect(await data(bob.door.ask(saveMessage, { messageId: one.id }))).toEqual(saved);
    expect(await savedBy(bob)).toEqual([other.id, one.id]);
    expect(await savedBy(alice)).toEqual([]);
    const page = await data(bob.rest.ask(listSaved, { limit: 1 }));
    const next = await data(bob.rest.ask(listSaved, { limit: 1, cursor: page.nextCursor }));
    expect(next.items).toMatchObject([{ message: { id: one.id, content: 'One' } }]);
    expect(next.users[alice.id]).toBeDefined();

    const gone = await data(bob.door.ask(unsaveMessage, { messageId: one.id }));
    expect(gone).toMatchObject({ savedAt: null, meVersion: saved.meVersion + 2 });
    expect(await savedBy(bob)).toEqual([other.id]);
    expect(await second.hear(3, 'message.saved')).toHaveLength(3);
    expect(alice.device.heard.map(({ name }) => name)).not.toContain('message.saved');
  });

  bothWays('is not found any more when it says nothing any more', async (scene) => {
    const { alice, bob, group, say } = scene;
    const conversationId = await group();
    const [one, other] = [await say(alice, conversationId), await say(alice, conversationId)];
    for (const { id } of [one, other]) await data(bob.door.ask(saveMessage, { messageId: id }));
    await data(alice.door.ask(deleteMessage, { messageId: one.id }));
    expect(await savedBy(bob)).toEqual([other.id]);
    expect(await refusal(bob.door.ask(saveMessage, { messageId: one.id }))).toBe('message_deleted');
    await data(bob.door.ask(unsaveMessage, { messageId: one.id }));
    await data(alice.door.ask(removeMember, { conversationId, userId: bob.id }));
    expect(await savedBy(bob)).toEqual([]);
    expect(await refusal(bob.door.ask(saveMessage, { messageId: other.id }))).toBe('not_found');
  });
});

describe('A hidden message', () => {
  bothWays('is gone for me, wherever I look, and for nobody else', async (scene) => {
    const { alice, bob, dm, say } = scene;
    const conversationId = await dm();
    const secret = await say(alice, conversationId, 'Awkward');
    await data(bob.door.ask(saveMessage, { messageId: secret.id }));
    const reply = await data(
      alice.door.ask(sendMessage, { conversationId, content: 'Sorry', replyToId: secret.id }),
    );
    const hidden = await data(bob.door.ask(hideMessage, { messageId: secret.id }));
    expect(hidden).toMatchObject({ messageId: secret.id, savedAt: null, seq: 1 });
    expect(await data(bob.door.ask(hideMessage, { messageId: secret.id }))).toEqual(hidden);
    expect(await bob.device.hear(1, 'message.hidden')).toEqual([hidden]);
    expect(alice.device.heard.map(({ name }) => name)).not.toContain('message.hidden');

    const stub = { id: secret.id, seq: 1, content: null, hidden: true };
    expect(await data(bob.rest.ask(getMessage, { messageId: secret.id }))).toMatchObject(stub);
    const { items } = await data(bob.door.ask(listMessages, { conversationId }));
    expect(items).toMatchObject([stub, { id: reply.id, replyTo: { id: secret.id, excerpt: null } }]);
    expect(await savedBy(bob)).toEqual([]);
    expect(await refusal(bob.door.ask(saveMessage, { messageId: secret.id }))).toBe('not_found');
    const asked = { conversations: { [conversationId]: 1 } };
    expect(JSON.stringify(await data(bob.door.ask(sync, asked)))).not.toContain('Awkward');
    expect(await data(alice.rest.ask(getMessage, { messageId: secret.id }))).toEqual(secret);

    await data(alice.door.ask(editMessage, { messageId: secret.id, content: 'Awkward, edited' }));
    expect(await data(bob.rest.ask(getMessage, { messageId: secret.id }))).toMatchObject(stub);
    expect(JSON.stringify(await data(bob.door.ask(sync, {})))).not.toContain('Awkward');
  });

  bothWays('is not the last that was said, as far as I can see', async ({ alice, bob, dm, say }) => {
    const conversationId = await dm();
    const { id } = await say(alice, conversationId, 'Awkward');
    await data(bob.door.ask(hideMessage, { messageId: id }));
    const single = await data(bob.rest.ask(getConversation, { conversationId }));
    const [listed] = (await data(bob.rest.ask(listConversations, {}))).items;
    for (const { lastMessage } of [single, listed!]) expect(lastMessage).toMatchObject({ id, excerpt: null });
    const ofAlice = await data(alice.rest.ask(getConversation, { conversationId }));
    expect(ofAlice.lastMessage?.excerpt).toBe('Awkward');
  });
});

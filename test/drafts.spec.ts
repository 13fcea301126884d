import { removeMember } from '../src/modules/conversations/members.contract.js';
import { listDrafts, removeDraft, saveDraft } from '../src/modules/drafts/drafts.contract.js';
import { deleteMessage, sendMessage } from '../src/modules/messages/messages.contract.js';
import { bothWays } from './proof/both-ways.js';
import { data, refusal } from './setup/doors.js';

describe('A draft', () => {
  bothWays('is on all my devices and nobody else’s', async ({ alice, bob, group }) => {
    const conversationId = await group();
    const second = await alice.another();
    const draft = await data(alice.door.ask(saveDraft, { conversationId, content: 'So far' }));
    expect(draft).toMatchObject({ conversationId, threadRootId: null, content: 'So far', mentions: [] });
    for (const device of [alice.device, second])
      expect(await device.hear(1, 'draft.updated')).toEqual([draft]);
    expect((await data(alice.rest.ask(listDrafts, {}))).items).toEqual([draft]);
    expect((await data(bob.rest.ask(listDrafts, {}))).items).toEqual([]);

    expect(await data(alice.door.ask(saveDraft, { conversationId, content: 'So far' }))).toEqual(draft);
    const removed = await data(alice.door.ask(removeDraft, { conversationId }));
    expect(removed).toMatchObject({ content: null, meVersion: draft.meVersion + 1 });
    expect((await data(alice.rest.ask(listDrafts, {}))).items).toEqual([]);
    expect(await second.hear(2, 'draft.updated')).toEqual([draft, removed]);
    expect(bob.device.heard.map(({ name }) => name)).not.toContain('draft.updated');
  });

  bothWays('is one for the conversation and one for each thread', async ({ alice, bob, group, say }) => {
    const conversationId = await group();
    const root = await say(bob, conversationId);
    const threadRootId = root.id;
    await data(alice.door.ask(saveDraft, { conversationId, content: 'For all' }));
    await data(alice.door.ask(saveDraft, { conversationId, threadRootId, content: 'For the thread' }));
    await data(alice.door.ask(saveDraft, { conversationId, content: 'For all of you', replyToId: root.id }));
    const page = await data(alice.rest.ask(listDrafts, { limit: 1 }));
    expect(page.items).toMatchObject([{ content: 'For all of you', replyToId: root.id }]);
    const next = await data(alice.rest.ask(listDrafts, { cursor: page.nextCursor }));
    expect(next).toMatchObject({ items: [{ content: 'For the thread', threadRootId }], nextCursor: null });

    const reply = await data(bob.door.ask(sendMessage, { conversationId, threadRootId, content: 'Well' }));
    const inReply = { conversationId, threadRootId: reply.id, content: 'No thread of a thread' };
    expect(await refusal(alice.door.ask(saveDraft, inReply))).toBe('validation_failed');
    const elsewhere = await group({ title: 'Another' });
    const foreign = { conversationId: elsewhere, replyToId: root.id, content: 'Not here' };
    expect(await refusal(alice.door.ask(saveDraft, foreign))).toBe('validation_failed');
  });

  bothWays('ends with the membership, and with nothing else', async ({ alice, bob, group, say, sql }) => {
    const conversationId = await group();
    const { id } = await say(alice, conversationId);
    await data(bob.door.ask(saveDraft, { conversationId, content: 'But', replyToId: id }));
    await data(alice.door.ask(deleteMessage, { messageId: id }));
    expect((await data(bob.rest.ask(listDrafts, {}))).items).toMatchObject([{ content: 'But' }]);
    await data(alice.door.ask(removeMember, { conversationId, userId: bob.id }));
    expect((await data(bob.rest.ask(listDrafts, {}))).items).toEqual([]);
    expect(await sql('SELECT * FROM drafts')).toEqual([]);
  });
});

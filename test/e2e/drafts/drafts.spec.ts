import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { listDrafts, removeDraft, saveDraft } from '../../../src/modules/drafts/drafts.contract.js';
import { deleteMessage, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';

describe('A draft', () => {
  bothTransports(
    'is visible on all devices of its user and to no other user',
    async ({ alice, bob, group }) => {
      const conversationId = await group();
      const second = await alice.connectDevice();
      const draft = await expectData(
        alice.transport.request(saveDraft, { conversationId, content: 'So far' }),
      );
      expect(draft).toMatchObject({ conversationId, threadRootId: null, content: 'So far', mentions: [] });
      for (const device of [alice.device, second])
        expect(await device.waitForEvents(1, 'draft.updated')).toEqual([draft]);
      expect((await expectData(alice.rest.request(listDrafts, {}))).items).toEqual([draft]);
      expect((await expectData(bob.rest.request(listDrafts, {}))).items).toEqual([]);

      expect(
        await expectData(alice.transport.request(saveDraft, { conversationId, content: 'So far' })),
      ).toEqual(draft);
      const removed = await expectData(alice.transport.request(removeDraft, { conversationId }));
      expect(removed).toMatchObject({ content: null, accountVersion: draft.accountVersion + 1 });
      expect((await expectData(alice.rest.request(listDrafts, {}))).items).toEqual([]);
      expect(await second.waitForEvents(2, 'draft.updated')).toEqual([draft, removed]);
      expect(bob.device.events.map(({ name }) => name)).not.toContain('draft.updated');
    },
  );

  bothTransports(
    'is stored once for a conversation and once for each thread',
    async ({ alice, bob, group, sendText }) => {
      const conversationId = await group();
      const root = await sendText(bob, conversationId);
      const threadRootId = root.id;
      await expectData(alice.transport.request(saveDraft, { conversationId, content: 'For all' }));
      await expectData(
        alice.transport.request(saveDraft, { conversationId, threadRootId, content: 'For the thread' }),
      );
      await expectData(
        alice.transport.request(saveDraft, { conversationId, content: 'For all of you', replyToId: root.id }),
      );
      const page = await expectData(alice.rest.request(listDrafts, { limit: 1 }));
      expect(page.items).toMatchObject([{ content: 'For all of you', replyToId: root.id }]);
      const next = await expectData(alice.rest.request(listDrafts, { cursor: page.nextCursor }));
      expect(next).toMatchObject({ items: [{ content: 'For the thread', threadRootId }], nextCursor: null });

      const reply = await expectData(
        bob.transport.request(sendMessage, { conversationId, threadRootId, content: 'Well' }),
      );
      const inReply = { conversationId, threadRootId: reply.id, content: 'No thread of a thread' };
      expect(await expectErrorCode(alice.transport.request(saveDraft, inReply))).toBe('validation_failed');
      const elsewhere = await group({ title: 'Another' });
      const foreign = { conversationId: elsewhere, replyToId: root.id, content: 'Not here' };
      expect(await expectErrorCode(alice.transport.request(saveDraft, foreign))).toBe('validation_failed');
    },
  );

  bothTransports('is deleted with the membership only', async ({ alice, bob, group, sendText, sql }) => {
    const conversationId = await group();
    const { id } = await sendText(alice, conversationId);
    await expectData(bob.transport.request(saveDraft, { conversationId, content: 'But', replyToId: id }));
    await expectData(alice.transport.request(deleteMessage, { messageId: id }));
    expect((await expectData(bob.rest.request(listDrafts, {}))).items).toMatchObject([{ content: 'But' }]);
    await expectData(alice.transport.request(removeMember, { conversationId, userId: bob.id }));
    expect((await expectData(bob.rest.request(listDrafts, {}))).items).toEqual([]);
    expect(await sql('SELECT * FROM drafts')).toEqual([]);
  });
});

import { getAttachment, uploadAttachment } from '../../../src/modules/attachments/attachments.contract.js';
import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import {
  deleteMessage,
  forwardMessage,
  getMessage,
  listMessages,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { addReaction } from '../../../src/modules/messages/reactions/reactions.contract.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import {
  bothTransports,
  type TestActor,
  type ScenarioContext,
} from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';
import { createImage } from '../../support/uploads/sample-files.js';

describe('A forwarded message', () => {
  bothTransports(
    'contains the text, without sender, mentions and conversation of the source',
    async (context: ScenarioContext) => {
      const { alice, bob, carol, group, dm, observe } = context;
      const [from, to] = [await group({ memberIds: [bob.id] }), await dm('carol')];
      const first = await expectData(
        bob.transport.request(sendMessage, { conversationId: from, content: 'First' }),
      );
      const source = await expectData(
        bob.transport.request(sendMessage, {
          conversationId: from,
          content: 'Look, @alice',
          mentions: [alice.id],
          metadata: { color: 'red' },
          replyToId: first.id,
          clientId: 'of bob',
        }),
      );
      await expectData(bob.transport.request(addReaction, { messageId: source.id, emoji: '👍' }));
      const input = { messageId: source.id, conversationId: to, clientId: 'on' };
      const sent = await expectData(alice.transport.request(forwardMessage, input));
      expect(sent).toMatchObject({
        conversationId: to,
        seq: 1,
        senderId: alice.id,
        type: 'text',
        content: 'Look, @alice',
        forwarded: true,
        mentions: [],
        mentionsAll: false,
        metadata: null,
        replyTo: null,
        threadRootId: null,
        reactions: [],
        clientId: 'on',
        editedAt: null,
      });
      expect(sent.id).not.toBe(source.id);
      expect(
        JSON.stringify(await expectData(carol.transport.request(listMessages, { conversationId: to }))),
      ).not.toContain(bob.id);
      expect(await expectData(carol.rest.request(getMessage, { messageId: sent.id }))).toEqual(sent);
      expect((await expectData(bob.rest.request(getMessage, { messageId: source.id }))).forwarded).toBe(
        false,
      );

      expect(await expectData(alice.transport.request(forwardMessage, input))).toEqual(sent);
      const on = await expectData(
        carol.transport.request(forwardMessage, { messageId: sent.id, conversationId: to }),
      );
      expect(on).toMatchObject({ seq: 2, senderId: carol.id, content: 'Look, @alice', forwarded: true });
      const received = await observe('message.new', 2, carol);
      expect(received).toEqual([sent, on]);
    },
  );

  bothTransports(
    'makes its attachments readable in the target conversation',
    async (context: ScenarioContext) => {
      const { server, alice, bob, carol, group, dm, sql } = context;
      const [from, to] = [await group(), await dm('carol')];
      const files = [await createImage('png'), await createImage('jpeg')];
      const media: { attachmentId: string }[] = [];
      for (const file of files)
        media.push({ attachmentId: (await expectData(bob.rest.request(uploadAttachment, { file }))).id });
      const input = { conversationId: from, type: 'image', content: 'Two pictures', media };
      const source = await expectData(bob.transport.request(sendMessage, input));
      const load = async ({ rest }: TestActor, index = 0): Promise<number | string> => {
        const found = await rest.request(getAttachment, media[index]!);
        return found.ok ? (await fetch(server.url + found.data.url)).status : found.error.code;
      };
      expect([await load(alice), await load(bob), await load(carol)]).toEqual([200, 200, 'not_found']);

      const on = { messageId: source.id, conversationId: to, clientId: 'on' };
      const sent = await expectData(alice.transport.request(forwardMessage, on));
      expect(sent).toMatchObject({
        type: 'image',
        content: 'Two pictures',
        forwarded: true,
        senderId: alice.id,
      });
      expect(sent.media).toEqual(source.media);
      expect(source.media).toHaveLength(2);
      expect([await load(carol), await load(carol, 1)]).toEqual([200, 200]);

      await expectData(bob.transport.request(deleteMessage, { messageId: source.id }));
      expect([await load(alice), await load(bob), await load(carol)]).toEqual([200, 'not_found', 200]);
      expect(await expectData(alice.transport.request(forwardMessage, on))).toEqual(sent);
      const further = await expectData(
        carol.transport.request(forwardMessage, { messageId: sent.id, conversationId: to }),
      );
      expect(further.media).toEqual(source.media);
      for (const [actor, { id: messageId }] of [[alice, sent] as const, [carol, further] as const])
        await expectData(actor.transport.request(deleteMessage, { messageId }));
      expect([await load(alice), await load(carol)]).toEqual(['not_found', 'not_found']);
      expect(await sql('SELECT * FROM attachment_links')).toEqual([]);
    },
  );

  bothTransports('needs no text when it has media', async (context: ScenarioContext) => {
    const { alice, bob, group, dm } = context;
    const [from, to] = [await group(), await dm('carol')];
    const { id: attachmentId } = await expectData(
      bob.rest.request(uploadAttachment, { file: await createImage('png') }),
    );
    const input = { conversationId: from, type: 'file', media: [{ attachmentId }] };
    const { id: messageId } = await expectData(bob.transport.request(sendMessage, input));
    const sent = await expectData(alice.transport.request(forwardMessage, { messageId, conversationId: to }));
    expect(sent).toMatchObject({ type: 'file', content: null, media: [{ attachmentId }] });
  });

  bothTransports(
    'is created once for one clientId, also after changes of the source',
    async (context: ScenarioContext) => {
      const { alice, bob, group, dm, sendText } = context;
      const [from, to] = [await group(), await dm('carol')];
      const { id: messageId } = await sendText(bob, from, 'Soon gone');
      const input = { messageId, conversationId: to, clientId: 'once' };
      const sent = await expectData(alice.transport.request(forwardMessage, input));
      await expectData(bob.transport.request(deleteMessage, { messageId }));
      expect(await expectData(alice.transport.request(forwardMessage, input))).toEqual(sent);
      expect(
        await expectErrorCode(alice.transport.request(forwardMessage, { ...input, clientId: 'other' })),
      ).toBe('message_deleted');
      const { id: another } = await sendText(bob, from);
      const elsewhere = { messageId: another, conversationId: from, clientId: 'once' };
      expect(await expectErrorCode(alice.transport.request(forwardMessage, elsewhere))).toBe(
        'client_id_reused',
      );
      expect(await expectErrorCode(bob.transport.request(forwardMessage, input))).toBe('message_deleted');
    },
  );

  bothTransports(
    'needs a source that the user can read and has not hidden',
    async (context: ScenarioContext) => {
      const { alice, bob, carol, group, dm, sendText } = context;
      const [from, to] = [await group(), await dm('carol')];
      const { id: messageId } = await sendText(alice, from, 'Between us');
      const outsider = await carol.transport.request(forwardMessage, { messageId, conversationId: to });
      const guess = await carol.transport.request(forwardMessage, {
        messageId: UNKNOWN_ID,
        conversationId: to,
      });
      expect(outsider.ok || { ...outsider.error, requestId: '' }).toEqual(
        guess.ok || { ...guess.error, requestId: '' },
      );
      expect(outsider).toMatchObject({ ok: false, error: { code: 'not_found' } });

      await expectData(bob.transport.request(forwardMessage, { messageId, conversationId: from }));
      await expectData(bob.transport.request(hideMessage, { messageId }));
      expect(
        await expectErrorCode(bob.transport.request(forwardMessage, { messageId, conversationId: from })),
      ).toBe('not_found');
      const { id: other } = await sendText(alice, from, 'For now');
      await expectData(alice.transport.request(removeMember, { conversationId: from, userId: bob.id }));
      expect(
        await expectErrorCode(
          bob.transport.request(forwardMessage, { messageId: other, conversationId: to }),
        ),
      ).toBe('not_found');
    },
  );

  bothTransports(
    'needs the permission to send in the target conversation',
    async (context: ScenarioContext) => {
      const { alice, bob, carol, group, dm, sendText } = context;
      const [from, withBob, withCarol] = [await group(), await dm(), await dm('carol')];
      const { id: messageId } = await sendText(alice, from, 'News');
      expect(
        await expectErrorCode(
          bob.transport.request(forwardMessage, { messageId, conversationId: withCarol }),
        ),
      ).toBe('not_found');
      expect(
        await expectErrorCode(
          bob.transport.request(forwardMessage, { messageId, conversationId: UNKNOWN_ID }),
        ),
      ).toBe('not_found');
      const inDm = await sendText(bob, withBob, 'Before the block');
      await expectData(alice.transport.request(addBlock, { userId: bob.id }));
      expect(
        await expectErrorCode(
          alice.transport.request(forwardMessage, { messageId, conversationId: withBob }),
        ),
      ).toBe('blocked_by_you');
      expect(
        await expectErrorCode(bob.transport.request(forwardMessage, { messageId, conversationId: withBob })),
      ).toBe('unavailable');
      const on = await expectData(
        alice.transport.request(forwardMessage, { messageId: inDm.id, conversationId: withCarol }),
      );
      expect(await expectData(carol.rest.request(getMessage, { messageId: on.id }))).toMatchObject({
        content: 'Before the block',
        senderId: alice.id,
      });
    },
  );

  bothTransports('is never a poll, a call or a system message', async (context: ScenarioContext) => {
    const { alice, bob, group, sendText, sql } = context;
    const conversationId = await group();
    const { id: messageId } = await sendText(bob, conversationId);
    for (const type of ['poll', 'call', 'system']) {
      await sql(`UPDATE messages SET type = '${type}' WHERE id = '${messageId}'`);
      expect(
        await expectErrorCode(alice.transport.request(forwardMessage, { messageId, conversationId })),
      ).toBe('not_forwardable');
    }
  });
});

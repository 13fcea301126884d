import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import {
  deleteMessage,
  editMessage,
  getMessage,
  listMessages,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { bothTransports, type ScenarioContext } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';

describe('Two users in a DM', () => {
  bothTransports('find each other and create one DM', async ({ alice, bob, observe }: ScenarioContext) => {
    const created = await expectData(
      alice.transport.request(createConversation, { type: 'dm', memberIds: [bob.id], clientId: 'first' }),
    );
    const found = await expectData(
      alice.transport.request(createConversation, { type: 'dm', memberIds: [bob.id] }),
    );
    const byBob = await expectData(
      bob.transport.request(createConversation, { type: 'dm', memberIds: [alice.id] }),
    );
    expect(found.id).toBe(created.id);
    expect(byBob.id).toBe(created.id);
    expect(created.members.map(({ userId }) => userId).sort()).toEqual([alice.id, bob.id].sort());
    expect(created).toMatchObject({
      type: 'dm',
      createdBy: alice.id,
      lastSeq: 0,
      version: 1,
      memberCount: 2,
    });
    expect(created.users[bob.id]).toMatchObject({ username: 'bob' });
    await observe('conversation.new', 1);
  });

  bothTransports(
    'send, reply, edit, delete and read the history',
    async ({ alice, bob, dm, observe }: ScenarioContext) => {
      const conversationId = await dm();
      const hello = await expectData(
        alice.transport.request(sendMessage, {
          conversationId,
          content: 'Hello Bob',
          metadata: { color: 'red', count: 2 },
          clientId: 'c1',
        }),
      );
      expect(hello).toMatchObject({
        seq: 1,
        senderId: alice.id,
        type: 'text',
        content: 'Hello Bob',
        metadata: { color: 'red', count: 2 },
      });
      const reply = await expectData(
        bob.transport.request(sendMessage, { conversationId, content: 'Hi Alice', replyToId: hello.id }),
      );
      expect(reply.replyTo).toEqual({
        id: hello.id,
        seq: 1,
        senderId: alice.id,
        type: 'text',
        excerpt: 'Hello Bob',
        deletedAt: null,
      });

      const edited = await expectData(
        alice.transport.request(editMessage, { messageId: hello.id, content: 'Hello, Bob!' }),
      );
      expect(edited).toMatchObject({
        id: hello.id,
        seq: 1,
        content: 'Hello, Bob!',
        version: reply.version + 1,
      });
      expect(edited.editedAt).not.toBeNull();
      const same = await expectData(
        alice.transport.request(editMessage, { messageId: hello.id, content: 'Hello, Bob!' }),
      );
      expect(same).toEqual(edited);

      const deleted = await expectData(alice.transport.request(deleteMessage, { messageId: hello.id }));
      expect(deleted).toMatchObject({ seq: 1, content: null, metadata: null, version: edited.version + 1 });
      expect(await expectData(alice.transport.request(deleteMessage, { messageId: hello.id }))).toEqual(
        deleted,
      );
      expect(
        await expectErrorCode(
          alice.transport.request(editMessage, { messageId: hello.id, content: 'Back?' }),
        ),
      ).toBe('message_deleted');

      const history = await expectData(bob.transport.request(listMessages, { conversationId }));
      expect(history.items.map(({ seq }) => seq)).toEqual([1, 2]);
      expect(history.items[0]).toEqual(deleted);
      expect(history.items[1]!.replyTo).toMatchObject({ excerpt: null, deletedAt: deleted.deletedAt });
      expect(Object.keys(history.users).sort()).toEqual([alice.id, bob.id].sort());
      expect(JSON.stringify(history)).not.toContain('Hello');

      await observe('message.new', 2);
      await observe('message.updated', 1);
      await observe('message.deleted', 1);
    },
  );

  bothTransports(
    'create one message with one clientId',
    async ({ alice, bob, dm, observe }: ScenarioContext) => {
      const conversationId = await dm();
      const first = await expectData(
        alice.transport.request(sendMessage, { conversationId, content: 'Once', clientId: 'same' }),
      );
      const again = await expectData(
        alice.transport.request(sendMessage, { conversationId, content: 'Another text', clientId: 'same' }),
      );
      expect(again).toEqual(first);
      const bobs = await expectData(
        bob.transport.request(sendMessage, { conversationId, content: 'Mine', clientId: 'same' }),
      );
      expect(bobs.seq).toBe(2);
      const elsewhere = await dm('carol');
      expect(
        await expectErrorCode(
          alice.transport.request(sendMessage, {
            conversationId: elsewhere,
            content: 'Once',
            clientId: 'same',
          }),
        ),
      ).toBe('client_id_reused');
      await observe('message.new', 2);
    },
  );

  bothTransports(
    'read the history page by page in both directions',
    async ({ alice, bob, dm }: ScenarioContext) => {
      const conversationId = await dm();
      for (let index = 1; index <= 7; index++)
        await expectData(alice.transport.request(sendMessage, { conversationId, content: `${index}` }));
      const page = async (query: object): Promise<{ seqs: number[]; nextCursor: string | null }> => {
        const { items, nextCursor } = await expectData(
          bob.transport.request(listMessages, { conversationId, limit: 3, ...query }),
        );
        return { seqs: items.map(({ seq }) => seq), nextCursor };
      };
      const newest = await page({});
      expect(newest.seqs).toEqual([5, 6, 7]);
      const older = await page({ cursor: newest.nextCursor });
      expect(older.seqs).toEqual([2, 3, 4]);
      const oldest = await page({ cursor: older.nextCursor });
      expect(oldest).toEqual({ seqs: [1], nextCursor: null });
      const newer = await page({ after: 2 });
      expect(newer.seqs).toEqual([3, 4, 5]);
      expect(await page({ cursor: newer.nextCursor })).toEqual({ seqs: [6, 7], nextCursor: null });
      expect((await page({ around: 4 })).seqs).toEqual([3, 4, 5]);
      expect((await page({ before: 3 })).seqs).toEqual([1, 2]);
      expect(
        await expectErrorCode(bob.transport.request(listMessages, { conversationId, before: 3, after: 1 })),
      ).toBe('validation_failed');
    },
  );

  bothTransports(
    'are the only users with access to the DM',
    async ({ alice, bob, carol, dm }: ScenarioContext) => {
      const conversationId = await dm();
      const { id: messageId } = await expectData(
        alice.transport.request(sendMessage, { conversationId, content: 'Secret' }),
      );
      const unknown = await carol.transport.request(sendMessage, {
        conversationId: UNKNOWN_ID,
        content: 'Hm',
      });
      const outsider = await carol.transport.request(sendMessage, { conversationId, content: 'Hm' });
      const without = (answer: object): object => ({
        ...answer,
        error: { ...(answer as { error: object }).error, requestId: '' },
      });
      expect(without(outsider)).toEqual(without(unknown));
      expect(await expectErrorCode(carol.transport.request(listMessages, { conversationId }))).toBe(
        'not_found',
      );
      expect(await expectErrorCode(carol.transport.request(editMessage, { messageId, content: 'Hm' }))).toBe(
        'not_found',
      );
      expect(await expectErrorCode(carol.transport.request(deleteMessage, { messageId }))).toBe('not_found');
      expect(await expectErrorCode(carol.rest.request(getMessage, { messageId }))).toBe('not_found');
      expect(await expectErrorCode(bob.transport.request(editMessage, { messageId, content: 'Hm' }))).toBe(
        'forbidden',
      );
      expect(await expectErrorCode(bob.transport.request(deleteMessage, { messageId }))).toBe('forbidden');
      expect((await expectData(bob.rest.request(getMessage, { messageId }))).content).toBe('Secret');
      expect(carol.device.events.filter(({ name }) => name.startsWith('message.'))).toEqual([]);
    },
  );

  bothTransports(
    'cannot name an unknown user or several users as members, or reply to a message of another conversation',
    async ({ alice, bob, carol, dm }: ScenarioContext) => {
      expect(
        await expectErrorCode(
          alice.transport.request(createConversation, {
            type: 'dm',
            memberIds: [alice.id, bob.id, carol.id],
          }),
        ),
      ).toBe('validation_failed');
      expect(
        await expectErrorCode(
          alice.transport.request(createConversation, { type: 'dm', memberIds: [UNKNOWN_ID] }),
        ),
      ).toBe('not_found');
      const [conversationId, elsewhere] = [await dm(), await dm('carol')];
      const { id } = await expectData(
        alice.transport.request(sendMessage, { conversationId: elsewhere, content: 'There' }),
      );
      expect(
        await expectErrorCode(
          alice.transport.request(sendMessage, { conversationId, content: 'Here', replyToId: id }),
        ),
      ).toBe('validation_failed');
    },
  );
});

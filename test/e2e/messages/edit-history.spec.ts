import { addMembers, removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  listEdits,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { addReaction } from '../../../src/modules/messages/reactions/reactions.contract.js';
import {
  bothTransports,
  type TestActor,
  type ScenarioContext,
} from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';

async function textsOf({ rest }: TestActor, messageId: string): Promise<string[]> {
  return (await expectData(rest.request(listEdits, { messageId }))).items.map(({ content }) => content);
}

describe('Revisions of a message', () => {
  bothTransports(
    'are kept up to the configured number, the newest ones',
    async ({ alice, bob, dm, sendText }) => {
      const { id: messageId } = await sendText(alice, await dm(), 'Text 1');
      for (let number = 2; number <= 6; number++)
        await edited(alice, { messageId, content: `Text ${number}` });
      expect(await textsOf(bob, messageId)).toEqual(['Text 3', 'Text 4', 'Text 5']);
    },
    { editHistoryMax: 3 },
  );

  bothTransports(
    'are stored by each edit that changes the text, and listed oldest first',
    async (context: ScenarioContext) => {
      const { alice, bob, carol, group, sendText } = context;
      const conversationId = await group({ memberIds: [bob.id, carol.id] });
      const sent = await sendText(alice, conversationId, 'One');
      const { id: messageId } = sent;
      expect(await expectData(bob.rest.request(listEdits, { messageId }))).toEqual({
        items: [],
        nextCursor: null,
      });
      const edit = (input: object): ReturnType<typeof edited> => edited(alice, { messageId, ...input });
      const two = await edit({ content: 'Two' });
      await edit({ content: 'Two' });
      const reacted = await expectData(bob.transport.request(addReaction, { messageId, emoji: '👍' }));
      const three = await edit({ content: 'Three' });
      const mentioned = await edit({ content: 'Three', mentions: [bob.id] });
      await edit({ content: 'Four' });

      const items = [
        { version: sent.version, content: 'One', writtenAt: sent.createdAt },
        { version: reacted.version, content: 'Two', writtenAt: two.editedAt },
        { version: mentioned.version, content: 'Three', writtenAt: mentioned.editedAt },
      ];
      expect(mentioned.version).toBe(three.version + 1);
      for (const { rest } of [alice, bob])
        expect(await expectData(rest.request(listEdits, { messageId }))).toEqual({ items, nextCursor: null });
      const first = await expectData(bob.rest.request(listEdits, { messageId, limit: 2 }));
      expect(first.items).toEqual(items.slice(0, 2));
      expect(
        await expectData(bob.rest.request(listEdits, { messageId, limit: 2, cursor: first.nextCursor })),
      ).toEqual({
        items: items.slice(2),
        nextCursor: null,
      });
    },
  );

  bothTransports('are readable for users who can read the message', async (context: ScenarioContext) => {
    const { alice, bob, carol, group, sendText } = context;
    const conversationId = await group();
    const { id: messageId } = await sendText(alice, conversationId, 'One');
    await edited(alice, { messageId, content: 'Two' });
    expect(await expectErrorCode(carol.rest.request(listEdits, { messageId }))).toBe('not_found');
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [carol.id] }));
    expect(await textsOf(carol, messageId)).toEqual(['One']);
    await expectData(carol.transport.request(hideMessage, { messageId }));
    expect(await textsOf(carol, messageId)).toEqual([]);
    await expectData(alice.transport.request(removeMember, { conversationId, userId: bob.id }));
    expect(await expectErrorCode(bob.rest.request(listEdits, { messageId }))).toBe('not_found');
    expect(await textsOf(alice, messageId)).toEqual(['One']);
  });

  bothTransports(
    'are deleted with the message and not forwarded',
    async ({ alice, bob, dm, sendText, sql }: ScenarioContext) => {
      const conversationId = await dm();
      const { id: messageId } = await sendText(alice, conversationId, 'One');
      await edited(alice, { messageId, content: 'Two' });
      const copy = await expectData(bob.transport.request(forwardMessage, { messageId, conversationId }));
      expect(copy).toMatchObject({ content: 'Two', editedAt: null });
      expect(await textsOf(alice, copy.id)).toEqual([]);
      await expectData(alice.transport.request(deleteMessage, { messageId }));
      expect(await textsOf(bob, messageId)).toEqual([]);
      expect(await sql('SELECT * FROM message_edits')).toEqual([]);
    },
  );

  bothTransports(
    'are readable for the sender only with EDIT_HISTORY=author',
    async ({ alice, bob, carol, dm, sendText }: ScenarioContext) => {
      const { id: messageId } = await sendText(alice, await dm(), 'One');
      await edited(alice, { messageId, content: 'Two' });
      expect(await textsOf(alice, messageId)).toEqual(['One']);
      expect(await expectErrorCode(bob.rest.request(listEdits, { messageId }))).toBe('forbidden');
      expect(await expectErrorCode(carol.rest.request(listEdits, { messageId }))).toBe('not_found');
    },
    { editHistory: 'author' },
  );

  bothTransports(
    'are not stored with EDIT_HISTORY=none',
    async ({ alice, bob, dm, sql }: ScenarioContext) => {
      const { id: messageId } = await expectData(
        alice.transport.request(sendMessage, { conversationId: await dm(), content: 'One' }),
      );
      await edited(alice, { messageId, content: 'Two' });
      for (const { rest } of [alice, bob])
        expect(await expectErrorCode(rest.request(listEdits, { messageId }))).toBe('forbidden');
      expect(await sql('SELECT * FROM message_edits')).toEqual([]);
    },
    { editHistory: 'none' },
  );
});

function edited(
  { transport }: TestActor,
  input: object,
): ReturnType<typeof expectData<{ version: number; editedAt: string | null }>> {
  return expectData(transport.request(editMessage, input));
}

import { addMembers, removeMember } from '../src/modules/conversations/members.contract.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  listEdits,
  sendMessage,
} from '../src/modules/messages/messages.contract.js';
import { hideMessage } from '../src/modules/messages/mine/my-messages.contract.js';
import { addReaction } from '../src/modules/messages/reactions/reactions.contract.js';
import { bothWays, type Actor, type Scene } from './proof/both-ways.js';
import { data, refusal } from './setup/doors.js';

async function textsOf({ rest }: Actor, messageId: string): Promise<string[]> {
  return (await data(rest.ask(listEdits, { messageId }))).items.map(({ content }) => content);
}

describe('The texts that a message had', () => {
  bothWays('are kept by each edit that changes it, oldest first', async (scene: Scene) => {
    const { alice, bob, carol, group, say } = scene;
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const sent = await say(alice, conversationId, 'One');
    const { id: messageId } = sent;
    expect(await data(bob.rest.ask(listEdits, { messageId }))).toEqual({ items: [], nextCursor: null });
    const edit = (input: object): ReturnType<typeof edited> => edited(alice, { messageId, ...input });
    const two = await edit({ content: 'Two' });
    await edit({ content: 'Two' });
    const reacted = await data(bob.door.ask(addReaction, { messageId, emoji: '👍' }));
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
      expect(await data(rest.ask(listEdits, { messageId }))).toEqual({ items, nextCursor: null });
    const first = await data(bob.rest.ask(listEdits, { messageId, limit: 2 }));
    expect(first.items).toEqual(items.slice(0, 2));
    expect(await data(bob.rest.ask(listEdits, { messageId, limit: 2, cursor: first.nextCursor }))).toEqual({
      items: items.slice(2),
      nextCursor: null,
    });
  });

  bothWays('are for who can read the message now', async (scene: Scene) => {
    const { alice, bob, carol, group, say } = scene;
    const conversationId = await group();
    const { id: messageId } = await say(alice, conversationId, 'One');
    await edited(alice, { messageId, content: 'Two' });
    expect(await refusal(carol.rest.ask(listEdits, { messageId }))).toBe('not_found');
    await data(alice.door.ask(addMembers, { conversationId, userIds: [carol.id] }));
    expect(await textsOf(carol, messageId)).toEqual(['One']);
    await data(carol.door.ask(hideMessage, { messageId }));
    expect(await textsOf(carol, messageId)).toEqual([]);
    await data(alice.door.ask(removeMember, { conversationId, userId: bob.id }));
    expect(await refusal(bob.rest.ask(listEdits, { messageId }))).toBe('not_found');
    expect(await textsOf(alice, messageId)).toEqual(['One']);
  });

  bothWays('go when it is deleted, and do not travel', async ({ alice, bob, dm, say, sql }: Scene) => {
    const conversationId = await dm();
    const { id: messageId } = await say(alice, conversationId, 'One');
    await edited(alice, { messageId, content: 'Two' });
    const copy = await data(bob.door.ask(forwardMessage, { messageId, conversationId }));
    expect(copy).toMatchObject({ content: 'Two', editedAt: null });
    expect(await textsOf(alice, copy.id)).toEqual([]);
    await data(alice.door.ask(deleteMessage, { messageId }));
    expect(await textsOf(bob, messageId)).toEqual([]);
    expect(await sql('SELECT * FROM message_edits')).toEqual([]);
  });

  bothWays(
    'are for the author alone, where the operator wants it so',
    async ({ alice, bob, carol, dm, say }: Scene) => {
      const { id: messageId } = await say(alice, await dm(), 'One');
      await edited(alice, { messageId, content: 'Two' });
      expect(await textsOf(alice, messageId)).toEqual(['One']);
      expect(await refusal(bob.rest.ask(listEdits, { messageId }))).toBe('forbidden');
      expect(await refusal(carol.rest.ask(listEdits, { messageId }))).toBe('not_found');
    },
    { editHistory: 'author' },
  );

  bothWays(
    'are nowhere, where nobody is to see them',
    async ({ alice, bob, dm, sql }: Scene) => {
      const { id: messageId } = await data(
        alice.door.ask(sendMessage, { conversationId: await dm(), content: 'One' }),
      );
      await edited(alice, { messageId, content: 'Two' });
      for (const { rest } of [alice, bob])
        expect(await refusal(rest.ask(listEdits, { messageId }))).toBe('forbidden');
      expect(await sql('SELECT * FROM message_edits')).toEqual([]);
    },
    { editHistory: 'none' },
  );
});

function edited(
  { door }: Actor,
  input: object,
): ReturnType<typeof data<{ version: number; editedAt: string | null }>> {
  return data(door.ask(editMessage, input));
}

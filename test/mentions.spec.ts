import { addBlock, removeBlock } from '../src/modules/blocks/blocks.contract.js';
import { createConversation, getConversation } from '../src/modules/conversations/conversations.contract.js';
import { readConversation, unreadConversation } from '../src/modules/conversations/marks.contract.js';
import { addMembers, joinConversation, removeMember } from '../src/modules/conversations/members.contract.js';
import { getUnread } from '../src/modules/inbox/inbox.contract.js';
import type { MessageDto } from '../src/modules/messages/dto/message.dto.js';
import { listMentions } from '../src/modules/messages/mentions/mentions.contract.js';
import { deleteMessage, editMessage, sendMessage } from '../src/modules/messages/messages.contract.js';
import { hideMessage } from '../src/modules/messages/mine/my-messages.contract.js';
import { updateUser } from '../src/modules/users/users.contract.js';
import { bothWays, type Actor } from './proof/both-ways.js';
import { data, refusal } from './setup/doors.js';

const NOBODY = '01890000-0000-7000-8000-000000000000';

function say({ door }: Actor, conversationId: string, more: object = {}): Promise<MessageDto> {
  return data(door.ask(sendMessage, { conversationId, content: 'Look', ...more }));
}

async function mentionsIn({ door, rest }: Actor, conversationId: string): Promise<number> {
  const { me } = await data(rest.ask(getConversation, { conversationId }));
  const { conversations, mentions } = await data(door.ask(getUnread, {}));
  const counted = conversations.filter((one) => one.conversationId === conversationId);
  expect(counted.map((one) => [one.unread, one.mentions])).toEqual(
    me!.unread > 0 ? [[me!.unread, me!.mentions]] : [],
  );
  expect(mentions).toBe(conversations.reduce((sum, one) => sum + one.mentions, 0));
  return me!.mentions;
}

async function listed({ rest }: Actor, input: object = {}): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await data(rest.ask(listMentions, { ...input, cursor }));
    found.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return found;
}

describe('A mention', () => {
  bothWays('reaches those who are there and may hear of it', async (scene) => {
    const { alice, bob, carol, host } = scene;
    const conversationId = await scene.group({ memberIds: [bob.id, carol.id] });
    const admin = await host();
    const named = [carol.id, bob.id, alice.id, admin.id, NOBODY];
    const message = await say(alice, conversationId, { mentions: named });
    expect(message.mentions).toEqual([carol.id, bob.id]);
    expect(await scene.observe('message.new', 1, alice, bob, carol)).toEqual([message]);
    expect([await mentionsIn(bob, conversationId), await mentionsIn(alice, conversationId)]).toEqual([1, 0]);

    const both = { mentions: [bob.id, carol.id] };
    const reached = async (by: Actor): Promise<string[]> => (await say(by, conversationId, both)).mentions;
    await data(bob.door.ask(addBlock, { userId: alice.id }));
    expect(await reached(alice)).toEqual([carol.id]);
    await data(bob.door.ask(removeBlock, { userId: alice.id }));
    await data(alice.door.ask(addBlock, { userId: bob.id }));
    expect(await reached(alice)).toEqual([carol.id]);
    expect(await reached(carol)).toEqual([bob.id]);
    await data(alice.door.ask(removeBlock, { userId: bob.id }));
    await data(admin.rest.ask(updateUser, { userId: carol.id, isActive: false }));
    expect(await reached(alice)).toEqual([bob.id]);
    await data(admin.rest.ask(updateUser, { userId: carol.id, isActive: true }));
    await data(alice.door.ask(removeMember, { conversationId, userId: carol.id }));
    expect(await reached(alice)).toEqual([bob.id]);

    const twice = { conversationId, content: 'Look', mentions: [bob.id, bob.id] };
    const many = Array.from({ length: 51 }, (_, index) => NOBODY.replace(/.{2}$/, String(index + 10)));
    for (const input of [twice, { ...twice, mentions: many }])
      expect(await refusal(alice.door.ask(sendMessage, input))).toBe('validation_failed');
    expect((await say(alice, conversationId, { mentions: many.slice(1) })).mentions).toEqual([]);
  });

  bothWays('of everybody is for owners and admins', async (scene) => {
    const { alice, bob, carol } = scene;
    const conversationId = await scene.group({ memberIds: [bob.id, carol.id] });
    const dm = await scene.dm();
    const all = { content: 'All of you', mentionsAll: true };
    expect(await refusal(bob.door.ask(sendMessage, { conversationId, ...all }))).toBe('forbidden');
    expect(await refusal(alice.door.ask(sendMessage, { conversationId: dm, ...all }))).toBe('forbidden');
    const own = await say(bob, conversationId);
    expect(await refusal(bob.door.ask(editMessage, { messageId: own.id, ...all }))).toBe('forbidden');

    const message = await say(alice, conversationId, { mentionsAll: true, mentions: [bob.id] });
    expect([message.mentionsAll, message.mentions]).toEqual([true, [bob.id]]);
    for (const [actor, count] of [
      [alice, 0],
      [bob, 1],
      [carol, 1],
    ] as const)
      expect(await mentionsIn(actor, conversationId)).toBe(count);
    expect([await listed(alice), await listed(bob), await listed(carol)]).toEqual([
      [],
      [message.id],
      [message.id],
    ]);
  });

  bothWays('is counted as long as it is there and unread', async (scene) => {
    const { alice, bob, carol } = scene;
    const conversationId = await scene.group({ memberIds: [bob.id, carol.id] });
    const counts = async (): Promise<number[]> => [
      await mentionsIn(bob, conversationId),
      await mentionsIn(carol, conversationId),
    ];
    const edit = (id: string, more: object): Promise<MessageDto> =>
      data(alice.door.ask(editMessage, { messageId: id, content: 'Otherwise', ...more }));
    const first = await say(alice, conversationId, { mentions: [bob.id] });
    const second = await say(alice, conversationId, { mentionsAll: true });
    await say(alice, conversationId, { mentions: [bob.id, carol.id], threadRootId: first.id });
    expect(await counts()).toEqual([2, 1]);
    await edit(first.id, { mentions: [carol.id] });
    expect(await counts()).toEqual([1, 2]);
    await edit(first.id, {});
    expect(await counts()).toEqual([1, 2]);
    await edit(second.id, { mentionsAll: false });
    expect(await counts()).toEqual([0, 1]);
    await edit(second.id, { mentions: [bob.id], mentionsAll: true });
    expect(await counts()).toEqual([1, 2]);

    await data(bob.door.ask(readConversation, { conversationId, seq: 9 }));
    expect(await counts()).toEqual([0, 2]);
    await data(bob.door.ask(unreadConversation, { conversationId, seq: 2 }));
    expect(await counts()).toEqual([1, 2]);
    await data(bob.door.ask(unreadConversation, { conversationId, seq: 1 }));
    expect(await counts()).toEqual([1, 2]);
    await data(alice.door.ask(deleteMessage, { messageId: second.id }));
    expect(await counts()).toEqual([0, 1]);
    await data(alice.door.ask(removeMember, { conversationId, userId: carol.id }));
    await data(alice.door.ask(addMembers, { conversationId, userIds: [carol.id] }));
    expect(await counts()).toEqual([0, 0]);
    await say(alice, conversationId, { mentions: [carol.id] });
    expect(await counts()).toEqual([0, 1]);
  });

  bothWays(
    'of everybody counts for who joins only when it comes later',
    async ({ alice, bob, say: tell }) => {
      const open = { type: 'channel', title: 'Open', isPrivate: false };
      const { id: conversationId } = await data(alice.door.ask(createConversation, open));
      const before = await say(alice, conversationId, { mentionsAll: true });
      await data(bob.door.ask(joinConversation, { conversationId }));
      expect(await mentionsIn(bob, conversationId)).toBe(0);
      await tell(alice, conversationId);
      const after = await say(alice, conversationId, { mentionsAll: true });
      expect(await mentionsIn(bob, conversationId)).toBe(1);
      expect(await listed(bob)).toEqual([after.id, before.id]);
    },
  );
});

describe('The list of my mentions', () => {
  bothWays('has the newest first, from wherever I am, page by page', async (scene) => {
    const { alice, bob, carol } = scene;
    const [group, other, dm] = [await scene.group(), await scene.group(), await scene.dm()];
    const theirs = await data(alice.door.ask(createConversation, { type: 'group', memberIds: [carol.id] }));
    const ids: string[] = [];
    const mention = async (place: string, more: object): Promise<MessageDto> => {
      const message = await say(alice, place, more);
      ids.unshift(message.id);
      return message;
    };
    const root = await mention(group, { mentions: [bob.id] });
    await mention(other, { mentionsAll: true });
    await mention(dm, { mentions: [bob.id] });
    await mention(group, { mentionsAll: true, mentions: [bob.id] });
    await mention(group, { mentions: [bob.id], threadRootId: root.id });
    await mention(other, { mentions: [bob.id] });
    await say(alice, theirs.id, { mentionsAll: true });
    await say(bob, dm, { mentions: [alice.id] });
    await say(alice, group);
    for (const limit of [1, 2, 4, 50]) expect(await listed(bob, { limit })).toEqual(ids);
    const inGroup = [ids[1], ids[2], root.id];
    for (const limit of [1, 50]) expect(await listed(bob, { limit, conversationId: group })).toEqual(inGroup);
    const { items, users } = await data(bob.rest.ask(listMentions, { conversationId: group }));
    expect(items.at(-1)).toMatchObject({ id: root.id, thread: { replyCount: 1 }, mentions: [bob.id] });
    expect(Object.keys(users).sort()).toEqual([alice.id, bob.id].sort());
    for (const conversationId of [theirs.id, NOBODY])
      expect(await refusal(bob.rest.ask(listMentions, { conversationId }))).toBe('not_found');

    await data(bob.door.ask(hideMessage, { messageId: ids[0]! }));
    await data(alice.door.ask(deleteMessage, { messageId: ids[2]! }));
    await data(alice.door.ask(editMessage, { messageId: ids[3]!, content: 'Nobody', mentions: [] }));
    expect(await listed(bob, { limit: 1 })).toEqual([ids[1], ids[4], root.id]);
    await data(alice.door.ask(removeMember, { conversationId: group, userId: bob.id }));
    expect(await listed(bob)).toEqual([ids[4]]);
    await data(alice.door.ask(addMembers, { conversationId: group, userIds: [bob.id] }));
    expect(await listed(bob)).toEqual([ids[1], ids[4], root.id]);
    await data(bob.door.ask(addBlock, { userId: alice.id }));
    expect(await listed(bob)).toEqual([ids[1], ids[4], root.id]);
  });
});

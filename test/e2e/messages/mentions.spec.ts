import { addBlock, removeBlock } from '../../../src/modules/blocks/blocks.contract.js';
import {
  createConversation,
  getConversation,
} from '../../../src/modules/conversations/conversations.contract.js';
import {
  markConversationRead,
  markConversationUnread,
} from '../../../src/modules/conversations/memberships/memberships.contract.js';
import {
  addMembers,
  joinConversation,
  removeMember,
} from '../../../src/modules/conversations/members/members.contract.js';
import { getUnread } from '../../../src/modules/inbox/inbox.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import { listMentions } from '../../../src/modules/messages/messages.contract.js';
import { deleteMessage, editMessage, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { updateUser } from '../../../src/modules/users/users.contract.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { bothTransports, type TestActor } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';
import { waitUntil } from '../../support/environment/wait-until.js';

function sendText({ transport }: TestActor, conversationId: string, more: object = {}): Promise<MessageDto> {
  return expectData(transport.request(sendMessage, { conversationId, content: 'Look', ...more }));
}

async function mentionsIn({ transport, rest }: TestActor, conversationId: string): Promise<number> {
  const { membership } = await expectData(rest.request(getConversation, { conversationId }));
  const { conversations, threads, mentions } = await expectData(transport.request(getUnread, {}));
  const counted = conversations.filter((one) => one.conversationId === conversationId);
  expect(counted.map((one) => [one.unread, one.mentions])).toEqual(
    membership!.unread > 0 ? [[membership!.unread, membership!.mentions]] : [],
  );
  expect(mentions).toBe([...conversations, ...threads].reduce((sum, one) => sum + one.mentions, 0));
  return membership!.mentions;
}

async function listed({ rest }: TestActor, input: object = {}): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await expectData(rest.request(listMentions, { ...input, cursor }));
    found.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return found;
}

describe('A mention', () => {
  bothTransports('reaches members without a contact restriction', async (context) => {
    const { alice, bob, carol, host } = context;
    const conversationId = await context.group({ memberIds: [bob.id, carol.id] });
    const admin = await host();
    const mentioned = [carol.id, bob.id, alice.id, admin.id, UNKNOWN_ID];
    const message = await sendText(alice, conversationId, { mentions: mentioned });
    expect(message.mentions).toEqual([carol.id, bob.id]);
    expect(await context.observe('message.new', 1, alice, bob, carol)).toEqual([message]);
    expect([await mentionsIn(bob, conversationId), await mentionsIn(alice, conversationId)]).toEqual([1, 0]);

    const both = { mentions: [bob.id, carol.id] };
    const mentionedUsers = async (by: TestActor): Promise<string[]> =>
      (await sendText(by, conversationId, both)).mentions;
    await expectData(bob.transport.request(addBlock, { userId: alice.id }));
    expect(await mentionedUsers(alice)).toEqual([carol.id]);
    await expectData(bob.transport.request(removeBlock, { userId: alice.id }));
    await expectData(alice.transport.request(addBlock, { userId: bob.id }));
    expect(await mentionedUsers(alice)).toEqual([carol.id]);
    expect(await mentionedUsers(carol)).toEqual([bob.id]);
    await expectData(alice.transport.request(removeBlock, { userId: bob.id }));
    await expectData(admin.rest.request(updateUser, { userId: carol.id, isActive: false }));
    await waitUntil(() => !carol.device.socket.connected);
    expect(await mentionedUsers(alice)).toEqual([bob.id]);
    await expectData(admin.rest.request(updateUser, { userId: carol.id, isActive: true }));
    await expectData(alice.transport.request(removeMember, { conversationId, userId: carol.id }));
    expect(await mentionedUsers(alice)).toEqual([bob.id]);

    const many = Array.from({ length: 51 }, (_, index) => UNKNOWN_ID.replace(/.{2}$/, String(index + 10)));
    const input = { conversationId, content: 'Look', mentions: many };
    expect(await expectErrorCode(alice.transport.request(sendMessage, input))).toBe('validation_failed');
    expect((await sendText(alice, conversationId, { mentions: [bob.id, bob.id] })).mentions).toEqual([
      bob.id,
    ]);
    expect((await sendText(alice, conversationId, { mentions: many.slice(1) })).mentions).toEqual([]);
  });

  bothTransports('of all members needs the role owner or admin', async (context) => {
    const { alice, bob, carol } = context;
    const conversationId = await context.group({ memberIds: [bob.id, carol.id] });
    const dm = await context.dm();
    const all = { content: 'All of you', mentionsAll: true };
    expect(await expectErrorCode(bob.transport.request(sendMessage, { conversationId, ...all }))).toBe(
      'forbidden',
    );
    expect(await expectErrorCode(alice.transport.request(sendMessage, { conversationId: dm, ...all }))).toBe(
      'forbidden',
    );
    const own = await sendText(bob, conversationId);
    expect(await expectErrorCode(bob.transport.request(editMessage, { messageId: own.id, ...all }))).toBe(
      'forbidden',
    );

    const message = await sendText(alice, conversationId, { mentionsAll: true, mentions: [bob.id] });
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

  bothTransports('counts until it is read, edited away or deleted', async (context) => {
    const { alice, bob, carol } = context;
    const conversationId = await context.group({ memberIds: [bob.id, carol.id] });
    const counts = async (): Promise<number[]> => [
      await mentionsIn(bob, conversationId),
      await mentionsIn(carol, conversationId),
    ];
    const edit = (id: string, more: object): Promise<MessageDto> =>
      expectData(alice.transport.request(editMessage, { messageId: id, content: 'Otherwise', ...more }));
    const first = await sendText(alice, conversationId, { mentions: [bob.id] });
    const second = await sendText(alice, conversationId, { mentionsAll: true });
    await sendText(alice, conversationId, { mentions: [bob.id, carol.id], threadRootId: first.id });
    expect(await counts()).toEqual([2, 1]);
    await edit(first.id, { mentions: [carol.id] });
    expect(await counts()).toEqual([1, 2]);
    await edit(first.id, {});
    expect(await counts()).toEqual([1, 2]);
    await edit(second.id, { mentionsAll: false });
    expect(await counts()).toEqual([0, 1]);
    await edit(second.id, { mentions: [bob.id], mentionsAll: true });
    expect(await counts()).toEqual([1, 2]);

    await expectData(bob.transport.request(markConversationRead, { conversationId, seq: 9 }));
    expect(await counts()).toEqual([0, 2]);
    await expectData(bob.transport.request(markConversationUnread, { conversationId, seq: 2 }));
    expect(await counts()).toEqual([1, 2]);
    await expectData(bob.transport.request(markConversationUnread, { conversationId, seq: 1 }));
    expect(await counts()).toEqual([1, 2]);
    await expectData(alice.transport.request(deleteMessage, { messageId: second.id }));
    expect(await counts()).toEqual([0, 1]);
    await expectData(alice.transport.request(removeMember, { conversationId, userId: carol.id }));
    await expectData(alice.transport.request(addMembers, { conversationId, userIds: [carol.id] }));
    expect(await counts()).toEqual([0, 0]);
    await sendText(alice, conversationId, { mentions: [carol.id] });
    expect(await counts()).toEqual([0, 1]);
  });

  bothTransports(
    'of all members counts for a new member only after the joining',
    async ({ alice, bob, sendText: send }) => {
      const open = { type: 'channel', title: 'Open', isPrivate: false };
      const { id: conversationId } = await expectData(alice.transport.request(createConversation, open));
      const before = await sendText(alice, conversationId, { mentionsAll: true });
      await expectData(bob.transport.request(joinConversation, { conversationId }));
      expect(await mentionsIn(bob, conversationId)).toBe(0);
      await send(alice, conversationId);
      const after = await sendText(alice, conversationId, { mentionsAll: true });
      expect(await mentionsIn(bob, conversationId)).toBe(1);
      expect(await listed(bob)).toEqual([after.id, before.id]);
    },
  );
});

describe('The list of mentions', () => {
  bothTransports('contains the conversations of the user, newest first, page by page', async (context) => {
    const { alice, bob, carol } = context;
    const [group, other, dm] = [await context.group(), await context.group(), await context.dm()];
    const otherGroup = await expectData(
      alice.transport.request(createConversation, { type: 'group', memberIds: [carol.id] }),
    );
    const ids: string[] = [];
    const mention = async (place: string, more: object): Promise<MessageDto> => {
      const message = await sendText(alice, place, more);
      ids.unshift(message.id);
      return message;
    };
    const root = await mention(group, { mentions: [bob.id] });
    await mention(other, { mentionsAll: true });
    await mention(dm, { mentions: [bob.id] });
    await mention(group, { mentionsAll: true, mentions: [bob.id] });
    await mention(group, { mentions: [bob.id], threadRootId: root.id });
    await mention(other, { mentions: [bob.id] });
    await sendText(alice, otherGroup.id, { mentionsAll: true });
    await sendText(bob, dm, { mentions: [alice.id] });
    await sendText(alice, group);
    for (const limit of [1, 2, 4, 50]) expect(await listed(bob, { limit })).toEqual(ids);
    const inGroup = [ids[1], ids[2], root.id];
    for (const limit of [1, 50]) expect(await listed(bob, { limit, conversationId: group })).toEqual(inGroup);
    const { items, users } = await expectData(bob.rest.request(listMentions, { conversationId: group }));
    expect(items.at(-1)).toMatchObject({ id: root.id, thread: { replyCount: 1 }, mentions: [bob.id] });
    expect(Object.keys(users).sort()).toEqual([alice.id, bob.id].sort());
    for (const conversationId of [otherGroup.id, UNKNOWN_ID])
      expect(await expectErrorCode(bob.rest.request(listMentions, { conversationId }))).toBe('not_found');

    await expectData(bob.transport.request(hideMessage, { messageId: ids[0]! }));
    await expectData(alice.transport.request(deleteMessage, { messageId: ids[2]! }));
    await expectData(
      alice.transport.request(editMessage, { messageId: ids[3]!, content: 'Nobody', mentions: [] }),
    );
    expect(await listed(bob, { limit: 1 })).toEqual([ids[1], ids[4], root.id]);
    await expectData(alice.transport.request(removeMember, { conversationId: group, userId: bob.id }));
    expect(await listed(bob)).toEqual([ids[4]]);
    await expectData(alice.transport.request(addMembers, { conversationId: group, userIds: [bob.id] }));
    expect(await listed(bob)).toEqual([ids[1], ids[4], root.id]);
    await expectData(bob.transport.request(addBlock, { userId: alice.id }));
    expect(await listed(bob)).toEqual([ids[1], ids[4], root.id]);
  });
});

import { addBlock, listBlocks, removeBlock } from '../../../src/modules/blocks/blocks.contract.js';
import type { BlockPageDto } from '../../../src/modules/blocks/dto/block.dto.js';
import {
  createConversation,
  getConversation,
} from '../../../src/modules/conversations/conversations.contract.js';
import {
  markConversationRead,
  updateMembership,
} from '../../../src/modules/conversations/memberships/memberships.contract.js';
import { addMembers, joinConversation } from '../../../src/modules/conversations/members/members.contract.js';
import {
  deleteMessage,
  editMessage,
  listMessages,
  sendMessage,
} from '../../../src/modules/messages/messages.contract.js';
import { updateUser } from '../../../src/modules/users/users.contract.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { bothTransports, type TestActor } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode, type Answer } from '../../support/clients/transports.js';

const MAX_BLOCKS = 1_000;

/** Problem details without the fields that differ between requests. */
async function problem(pending: Promise<Answer<unknown>>): Promise<object> {
  const answer = await pending;
  if (answer.ok) throw new Error('The request was accepted.');
  return { ...answer.error, requestId: null };
}

describe('A block', () => {
  bothTransports(
    'is added and removed once; only the blocking user receives the event',
    async ({ alice, bob, carol }) => {
      const second = await alice.connectDevice();
      const [block, open] = [
        { userId: bob.id, blocked: true, accountVersion: 1 },
        { userId: bob.id, blocked: false, accountVersion: 2 },
      ];
      expect(await expectData(alice.transport.request(removeBlock, { userId: bob.id }))).toMatchObject({
        accountVersion: 0,
      });
      expect(await expectData(alice.transport.request(addBlock, { userId: bob.id }))).toEqual(block);
      expect(await expectData(alice.transport.request(addBlock, { userId: bob.id }))).toEqual(block);
      const { items, users } = await expectData(alice.rest.request(listBlocks, {}));
      expect(items).toMatchObject([{ userId: bob.id }]);
      expect(users).toMatchObject({ [bob.id]: { username: 'bob' } });
      expect((await expectData(bob.rest.request(listBlocks, {}))).items).toEqual([]);
      expect(await expectData(alice.transport.request(removeBlock, { userId: bob.id }))).toEqual(open);
      expect(await expectData(alice.transport.request(removeBlock, { userId: bob.id }))).toEqual(open);
      expect((await expectData(alice.rest.request(listBlocks, {}))).items).toEqual([]);
      for (const device of [alice.device, second])
        expect(await device.waitForEvents(2, 'block.updated')).toEqual([block, open]);
      expect([bob, carol].map(({ device }) => device.events)).toEqual([[], []]);

      expect(await expectErrorCode(alice.transport.request(addBlock, { userId: alice.id }))).toBe(
        'validation_failed',
      );
      expect(await expectErrorCode(alice.transport.request(addBlock, { userId: UNKNOWN_ID }))).toBe(
        'not_found',
      );
      expect(await expectData(alice.transport.request(removeBlock, { userId: UNKNOWN_ID }))).toMatchObject({
        blocked: false,
      });
    },
  );

  bothTransports('is limited to 1,000 per user, listed page by page', async ({ alice, bob, sql }) => {
    const newUsers = `
      INSERT INTO users (id, tms_user_id) SELECT gen_random_uuid(), 'crowd-' || n FROM generate_series(1, ${MAX_BLOCKS - 1}) n
      RETURNING id`;
    await sql(`WITH crowd AS (${newUsers}) INSERT INTO user_blocks SELECT '${alice.id}', id FROM crowd`);
    await expectData(alice.transport.request(addBlock, { userId: bob.id }));
    const [first] = (await expectData(alice.rest.request(listBlocks, {}))).items;
    const one = await sql<{ id: string }>(
      `INSERT INTO users (id, tms_user_id) VALUES (gen_random_uuid(), 'one more') RETURNING id`,
    );
    expect(await expectErrorCode(alice.transport.request(addBlock, { userId: one[0]!.id }))).toBe(
      'too_many_blocks',
    );
    await expectData(alice.transport.request(addBlock, { userId: first!.userId }));

    const found: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: BlockPageDto = await expectData(alice.rest.request(listBlocks, { limit: 90, cursor }));
      expect(page.items.length).toBeLessThanOrEqual(90);
      expect(Object.keys(page.users)).toHaveLength(page.items.length);
      found.push(...page.items.map(({ userId }) => userId));
      cursor = page.nextCursor;
    }
    const rows = await sql<{ id: string }>('SELECT blocked_id AS id FROM user_blocks ORDER BY 1');
    expect(found).toEqual(rows.map(({ id }) => id));
    expect(found).toHaveLength(MAX_BLOCKS);
  });

  bothTransports(
    'closes the DM in both directions, except for the deletion of own messages',
    async ({ alice, bob, dm, observe }) => {
      const conversationId = await dm();
      const send = (actor: TestActor, content: string): Promise<Answer<{ id: string }>> =>
        actor.transport.request(sendMessage, { conversationId, content, clientId: content });
      const [fromBob, fromAlice] = [
        await expectData(send(bob, 'His')),
        await expectData(send(alice, 'Hers')),
      ];
      await expectData(alice.transport.request(addBlock, { userId: bob.id }));

      for (const [actor, code, own] of [
        [alice, 'blocked_by_you', fromAlice],
        [bob, 'unavailable', fromBob],
      ] as const) {
        expect(await expectErrorCode(send(actor, 'More'))).toBe(code);
        const edit = { messageId: own.id, content: 'Otherwise' };
        expect(await expectErrorCode(actor.transport.request(editMessage, edit))).toBe(code);
        expect(
          (await expectData(actor.transport.request(listMessages, { conversationId }))).items,
        ).toHaveLength(2);
        await expectData(actor.transport.request(markConversationRead, { conversationId, seq: 2 }));
        await expectData(actor.transport.request(updateMembership, { conversationId, archived: true }));
        expect((await expectData(actor.rest.request(getConversation, { conversationId }))).memberCount).toBe(
          2,
        );
      }
      for (const [actor, peer] of [
        [alice, bob],
        [bob, alice],
      ] as const)
        expect(
          (
            await expectData(
              actor.transport.request(createConversation, { type: 'dm', memberIds: [peer.id] }),
            )
          ).id,
        ).toBe(conversationId);
      expect(await expectData(send(bob, 'His'))).toEqual(fromBob);
      await expectData(bob.transport.request(deleteMessage, { messageId: fromBob.id }));
      await expectData(alice.transport.request(deleteMessage, { messageId: fromAlice.id }));
      await observe('message.deleted', 2);
      await observe('message.new', 2);

      await expectData(alice.transport.request(removeBlock, { userId: bob.id }));
      for (const actor of [alice, bob]) await expectData(send(actor, 'Again'));
      await observe('message.new', 4);
    },
  );

  bothTransports(
    'prevents creation of a DM and adding of members, except by a host admin',
    async ({ alice, bob, carol, host, group }) => {
      const [fromAlice, fromBob] = [
        await group({ memberIds: [carol.id] }),
        await expectData(bob.transport.request(createConversation, { type: 'group' })),
      ];
      await expectData(alice.transport.request(addBlock, { userId: bob.id }));
      for (const [actor, peer, code, conversationId] of [
        [alice, bob, 'blocked_by_you', fromAlice],
        [bob, alice, 'unavailable', fromBob.id],
      ] as const) {
        for (const type of ['dm', 'group'])
          expect(
            await expectErrorCode(
              actor.transport.request(createConversation, { type, memberIds: [peer.id] }),
            ),
          ).toBe(code);
        const userIds = [carol.id, peer.id];
        expect(await expectErrorCode(actor.transport.request(addMembers, { conversationId, userIds }))).toBe(
          code,
        );
      }
      const { transport } = await host();
      const upserted = await expectData(
        transport.request(addMembers, { conversationId: fromAlice, userIds: [bob.id] }),
      );
      expect(upserted.memberCount).toBe(3);
      const { id: conversationId } = await expectData(
        alice.transport.request(createConversation, { type: 'channel', title: 'Open', isPrivate: false }),
      );
      expect(
        (await expectData(bob.transport.request(joinConversation, { conversationId }))).memberCount,
      ).toBe(2);
      const { members } = await expectData(
        alice.transport.request(addMembers, { conversationId, userIds: [bob.id, carol.id] }),
      );
      expect(members).toHaveLength(2);
    },
  );

  bothTransports(
    'has no effect in a group with both users as members',
    async ({ alice, bob, group, sendText, observe }) => {
      const conversationId = await group();
      await expectData(alice.transport.request(addBlock, { userId: bob.id }));
      const [fromBob, fromAlice] = [
        await sendText(bob, conversationId, 'His'),
        await sendText(alice, conversationId, 'Hers'),
      ];
      expect(await observe('message.new', 2)).toEqual([fromBob, fromAlice]);
      const reply = { conversationId, content: 'Answer', replyToId: fromBob.id };
      expect((await expectData(alice.transport.request(sendMessage, reply))).replyTo).toMatchObject({
        excerpt: 'His',
      });
      await expectData(bob.transport.request(editMessage, { messageId: fromBob.id, content: 'Otherwise' }));
      await observe('message.updated', 1);
      for (const actor of [alice, bob])
        expect(
          (await expectData(actor.rest.request(getConversation, { conversationId }))).members,
        ).toHaveLength(2);
    },
  );

  bothTransports(
    'is indistinguishable from an inactive user',
    async ({ alice, bob, carol, host, dm, group, sendText }) => {
      const [withBob, withCarol, team] = [await dm('bob'), await dm('carol'), await group({ memberIds: [] })];
      const sentMessages = [await sendText(alice, withBob), await sendText(alice, withCarol)];
      const { transport } = await host();
      await expectData(bob.transport.request(addBlock, { userId: alice.id }));
      await expectData(transport.request(updateUser, { userId: carol.id, isActive: false }));

      const attempts = async (
        peer: TestActor,
        conversationId: string,
        messageId: string,
      ): Promise<object[]> => [
        await problem(alice.transport.request(sendMessage, { conversationId, content: 'Hello?' })),
        await problem(alice.transport.request(editMessage, { messageId, content: 'Hello?' })),
        await problem(alice.transport.request(createConversation, { type: 'group', memberIds: [peer.id] })),
        await problem(alice.transport.request(addMembers, { conversationId: team, userIds: [peer.id] })),
      ];
      const ofBob = await attempts(bob, withBob, sentMessages[0]!.id);
      expect(ofBob).toEqual(await attempts(carol, withCarol, sentMessages[1]!.id));
      expect(ofBob).toMatchObject(Array(4).fill({ code: 'unavailable', status: 403 }));
      const seen = async (conversationId: string, { id }: TestActor): Promise<unknown> => {
        const { users, members } = await expectData(alice.rest.request(getConversation, { conversationId }));
        return [members.length, Object.keys(users[id]!)];
      };
      expect(await seen(withBob, bob)).toEqual(await seen(withCarol, carol));
    },
  );
});

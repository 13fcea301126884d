import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import type { MemberPageDto } from '../../../src/modules/conversations/dto/member.dto.js';
import { updateMembership } from '../../../src/modules/conversations/memberships/memberships.contract.js';
import {
  joinConversation,
  listMembers,
} from '../../../src/modules/conversations/members/members.contract.js';
import type { ConversationPageDto } from '../../../src/modules/inbox/dto/inbox.dto.js';
import { getUnread, listConversations } from '../../../src/modules/inbox/inbox.contract.js';
import { sync } from '../../../src/modules/sync/sync.contract.js';
import { deleteMessage, editMessage } from '../../../src/modules/messages/messages.contract.js';
import { UNKNOWN_ID } from '../../support/clients/unknown-id.js';
import { bothTransports, type TestActor } from '../../support/clients/both-transports.js';
import { expectData, type Answer } from '../../support/clients/transports.js';

const [PAST, FUTURE] = ['2001-01-01T00:00:00.000Z', '2100-01-01T00:00:00.000Z'];
const MEMBER_COUNT = 250;

async function pages({ rest }: TestActor, input: object): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page: ConversationPageDto = await expectData(rest.request(listConversations, { ...input, cursor }));
    found.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  return found;
}

describe('The conversation list', () => {
  bothTransports(
    'starts with the newest activity and is read page by page',
    async ({ alice, bob, carol, dm, group, sendText, sql }) => {
      const [withBob, withCarol, team, another] = [
        await dm(),
        await dm('carol'),
        await group(),
        await group(),
      ];
      await sendText(alice, withBob);
      await sendText(bob, team);
      const newest = await sendText(alice, withBob);
      expect(await pages(alice, {})).toEqual([withBob, team, another, withCarol]);
      expect(await pages(carol, {})).toEqual([withCarol]);
      for (const limit of [1, 2, 3]) expect(await pages(alice, { limit })).toEqual(await pages(alice, {}));

      await sql(`UPDATE conversations SET last_activity_at = '${newest.createdAt}'`);
      const all = [withBob, withCarol, team, another].sort().reverse();
      for (const limit of [1, 2, 3, 4]) expect(await pages(alice, { limit })).toEqual(all);
    },
  );

  bothTransports(
    'contains each conversation as seen by the current user',
    async ({ alice, bob, group, sendText }) => {
      const conversationId = await group();
      const long = await sendText(alice, conversationId, '😀'.repeat(101));
      const shown = async ({ rest }: TestActor): Promise<ConversationPageDto['items'][number]> =>
        (await expectData(rest.request(listConversations, {}))).items[0]!;
      expect(await shown(bob)).toMatchObject({
        id: conversationId,
        title: 'Team',
        memberCount: 2,
        lastMessage: { id: long.id, seq: 1, senderId: alice.id, excerpt: '😀'.repeat(100), deletedAt: null },
        membership: { role: 'member', unread: 1 },
      });
      expect((await shown(alice)).membership).toMatchObject({ role: 'owner', unread: 0 });
      const content = `${'x'.repeat(98)}👨‍👩‍👧`;
      await expectData(alice.transport.request(editMessage, { messageId: long.id, content }));
      expect((await shown(bob)).lastMessage).toMatchObject({ excerpt: 'x'.repeat(98) });
      const edited = await expectData(
        alice.transport.request(editMessage, { messageId: long.id, content: 'Short' }),
      );
      expect((await shown(bob)).lastMessage).toMatchObject({ excerpt: 'Short', editedAt: edited.editedAt });
      const deleted = await expectData(alice.transport.request(deleteMessage, { messageId: long.id }));
      expect((await shown(bob)).lastMessage).toMatchObject({ excerpt: null, deletedAt: deleted.deletedAt });
      const { users } = await expectData(bob.rest.request(listConversations, {}));
      expect(Object.keys(users).sort()).toEqual([alice.id, bob.id].sort());
    },
  );

  bothTransports('filters archived conversations', async ({ alice, bob, dm, group, sendText }) => {
    const [withBob, team, another] = [await dm(), await group(), await group()];
    const second = await alice.connectDevice();
    const update = async (conversationId: string, change: object): Promise<unknown[]> => {
      const { membership } = await expectData(
        alice.transport.request(updateMembership, { conversationId, ...change }),
      );
      return [
        membership.archivedAt !== null,
        membership.pinnedAt !== null,
        membership.mutedUntil,
        membership.accountVersion,
      ];
    };
    expect(await update(team, { archived: true })).toEqual([true, false, null, 4]);
    expect(await update(team, { archived: true })).toEqual([true, false, null, 4]);
    expect(await update(another, { pinned: true, mutedUntil: FUTURE })).toEqual([false, true, FUTURE, 5]);
    expect(await update(another, { pinned: true })).toEqual([false, true, FUTURE, 5]);
    expect(await update(another, {})).toEqual([false, true, FUTURE, 5]);
    const shown = async (show?: string): Promise<string[]> => pages(alice, { filter: show });
    expect(await shown()).toEqual([another, withBob]);
    expect([await shown('inbox'), await shown('archived')]).toEqual([[another, withBob], [team]]);
    expect([await shown('pinned'), await shown('all')]).toEqual([[another], [another, team, withBob]]);

    await sendText(bob, team);
    expect([await shown('archived'), await shown('all')]).toEqual([[team], [team, another, withBob]]);
    expect((await expectData(alice.transport.request(getUnread, {}))).total).toBe(1);
    expect(await update(team, { archived: false, pinned: true })).toEqual([false, true, null, 6]);
    expect(await update(another, { pinned: false, mutedUntil: null })).toEqual([false, false, null, 7]);
    expect([await shown('archived'), await shown('pinned')]).toEqual([[], [team]]);
    for (const device of [alice.device, second]) {
      const received = await device.waitForEvents(4, 'membership.updated');
      expect(
        received.map(({ membership }) => (membership as { accountVersion: number }).accountVersion),
      ).toEqual([4, 5, 6, 7]);
    }
    expect(bob.device.events.filter(({ name }) => name === 'membership.updated')).toEqual([]);
  });

  bothTransports('contains the end of the mute', async ({ alice, bob, dm, sendText }) => {
    const conversationId = await dm();
    await sendText(bob, conversationId);
    const muted = async (mutedUntil: string): Promise<[string | null, boolean | undefined]> => {
      const { membership } = await expectData(
        alice.transport.request(updateMembership, { conversationId, mutedUntil }),
      );
      const { conversations } = await expectData(alice.transport.request(getUnread, {}));
      return [membership.mutedUntil, conversations[0]?.muted];
    };
    expect(await muted(FUTURE)).toEqual([FUTURE, true]);
    expect(await muted(PAST)).toEqual([PAST, false]);
    expect(await muted('2100-01-01T02:00+02:00')).toEqual([FUTURE, true]);
    expect(await muted('2100-01-01T23:59:00+23:59')).toEqual([FUTURE, true]);
    expect(await muted('2100-01-01t00:00:00.0000000000z')).toEqual([FUTURE, true]);
    expect(await muted('9999-12-31T23:59:59.999999999Z')).toEqual(['9999-12-31T23:59:59.999Z', true]);
  });
});

describe('The member list', () => {
  bothTransports('is complete, page by page', async ({ alice, bob, carol, sql }) => {
    const open = { type: 'channel', title: 'Open', isPrivate: false, memberIds: [bob.id] };
    const { id: conversationId } = await expectData(alice.transport.request(createConversation, open));
    await sql(`
      WITH crowd AS (
        INSERT INTO users (id, tms_user_id) SELECT gen_random_uuid(), 'crowd-' || n FROM generate_series(1, ${MEMBER_COUNT}) n RETURNING id
      ) INSERT INTO conversation_members (conversation_id, user_id) SELECT '${conversationId}', id FROM crowd`);
    const joined = await expectData(carol.transport.request(joinConversation, { conversationId }));
    expect([joined.memberCount, joined.members.length]).toEqual([MEMBER_COUNT + 3, 100]);
    const [listed] = (await expectData(carol.rest.request(listConversations, {}))).items;
    expect([listed!.memberCount, listed!.members.length]).toEqual([MEMBER_COUNT + 3, 10]);

    const found: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: MemberPageDto = await expectData(
        bob.rest.request(listMembers, { conversationId, cursor, limit: 90 }),
      );
      expect(Object.keys(page.users)).toHaveLength(page.items.length);
      found.push(...page.items.map(({ userId }) => userId));
      cursor = page.nextCursor;
    }
    const rows = await sql<{ id: string }>('SELECT user_id AS id FROM conversation_members ORDER BY 1');
    expect(found).toEqual(rows.map(({ id }) => id));
    expect(found.slice(0, 100)).toEqual(joined.members.map(({ userId }) => userId));
  });
});

describe('A sync', () => {
  bothTransports(
    'answers for an inaccessible conversation as for an unknown one',
    async ({ alice, bob, carol, group, sendText }) => {
      const conversationId = await group();
      await sendText(alice, conversationId);
      const listWith = async (id: string): Promise<string> => {
        const answer: Answer<object> = await carol.transport.request(sync, {
          conversations: { [id]: 1 },
          receiptsFor: [id],
        });
        const result = { ...(await expectData(Promise.resolve(answer))), usersAsOf: 'the time' };
        return JSON.stringify(result).replaceAll(id, 'the id');
      };
      expect(await listWith(conversationId)).toBe(await listWith(UNKNOWN_ID));
      const { removed, conversations } = await expectData(
        bob.transport.request(sync, { conversations: { [conversationId]: 1 } }),
      );
      expect([removed, conversations.length]).toEqual([[], 1]);
    },
  );
});

import {
  createConversation,
  deleteConversation,
  getConversation,
  updateConversation,
} from '../../src/modules/conversations/conversations.contract.js';
import type { ConversationDto } from '../../src/modules/conversations/dto/conversation.dto.js';
import {
  markConversationRead,
  updateMembership,
} from '../../src/modules/conversations/memberships/memberships.contract.js';
import {
  addMembers,
  joinConversation,
  removeMember,
  updateMember,
} from '../../src/modules/conversations/members/members.contract.js';
import { clearUnread } from '../../src/modules/inbox/inbox.contract.js';
import { listMessages, sendMessage } from '../../src/modules/messages/messages.contract.js';
import { type Change, accountChanges } from '../support/events/event-recorder.js';
import {
  runConcurrently,
  type RaceCall,
  CALLERS,
  raceCalls,
  successes,
  RaceFixture,
  type Racer,
  errorCodes,
  runRounds,
} from '../support/concurrency/race-fixture.js';
import { counts } from '../support/environment/counts.js';
import { type Answer, expectData } from '../support/clients/transports.js';
import { waitUntil } from '../support/environment/wait-until.js';

const TABLES = ['conversations', 'conversation_members', 'messages'];

jest.setTimeout(Math.max(60_000, counts.raceRounds * 6_000));

describe.each([
  ['one node', 1],
  ['two nodes', 2],
])('32 callers at once over REST and sockets, at %s,', (_name, nodeCount) => {
  let fixture: RaceFixture;
  let alice: Racer;
  let bob: Racer;
  let carol: Racer;
  let dave: Racer;

  beforeAll(async () => {
    fixture = await RaceFixture.create(nodeCount);
    ({ alice, bob, carol } = fixture);
    [dave] = (await fixture.createRacers(1)) as [Racer];
  });
  afterAll(() => fixture.stop());

  it('create one group with one clientId, whose event each device receives once', () =>
    race(async (round) => {
      await fixture.sql.query('DELETE FROM conversations');
      const answers = await runConcurrently(raceCalls(alice), ({ transport, index }) =>
        expectData(
          transport.request(createConversation, {
            type: 'group',
            title: `Try ${index}`,
            memberIds: index % 2 === 0 ? [bob.id, carol.id] : [carol.id, bob.id],
            clientId: `group-${round}`,
          }),
        ),
      );
      const first = answers[0]!;
      for (const answer of answers) expect(answer).toEqual(first);
      expect([first.version, first.memberCount, first.membership?.role]).toEqual([1, 3, 'owner']);
      expect(await rowsOf(first.id)).toEqual([1, 3, 0]);
      await fixture.expectReceived('conversation.new', first.id, [first.id], alice, bob, carol);
    }));

  it('create either a group or a channel with one clientId', () =>
    race(async (round) => {
      await fixture.sql.query('DELETE FROM conversations');
      const answers = await runConcurrently(raceCalls(alice), ({ transport, index }) => {
        const type = (index ^ (index >> 2)) & 1 ? 'channel' : 'group';
        return transport.request(createConversation, { type, title: 'Which?', clientId: `which-${round}` });
      });
      expect(errorCodes(answers)).toEqual(['client_id_reused']);
      const made = successes(answers);
      expect(made).toHaveLength(CALLERS / 2);
      for (const answer of made) expect(answer).toEqual(made[0]);
      expect(await rowsOf(made[0]!.id)).toEqual([1, 1, 0]);
    }));

  it('change titles and roles: each change is one version, and the last one equals a fresh read', () =>
    race(async (round) => {
      const conversationId = await fixture.replaceGroup(alice, [bob, carol, dave]);
      const before = await expectData(alice.transports[0]!.request(getConversation, { conversationId }));
      const owner = { conversationId, userId: bob.id, role: 'owner' };
      await expectData(alice.transports[0]!.request(updateMember, owner));
      const answers = await runConcurrently<Answer<object>>(raceCalls(alice, bob), ({ transport, index }) => {
        const [userId, role] = [(index >> 3) & 1 ? carol.id : dave.id, (index >> 1) & 1 ? 'admin' : 'member'];
        if ((index >> 2) & 1) return transport.request(updateMember, { conversationId, userId, role });
        return transport.request(updateConversation, {
          conversationId,
          title: `Number ${index}`,
          description: `${round}`,
        });
      });
      expect(errorCodes(answers)).toEqual([]);

      const now = await expectData(dave.transports[0]!.request(getConversation, { conversationId }));
      const changes = await fixture.expectVersions(conversationId, 2, now.version, alice, bob, carol, dave);
      const titles = changes.filter(({ name }) => name === 'conversation.updated');
      expect(titles).toHaveLength(CALLERS / 2);
      expectAnswered(answers, changes);
      const { membership: _mine, users: _users, ...shared } = now;
      expect(changes.reduce(applied, before)).toMatchObject(shared);
    }));

  it('delete a group while it is used: no rows are left and all members receive conversation.removed', () =>
    race(async (round) => {
      const fields = { type: 'channel', title: 'Soon gone', isPrivate: false };
      const conversationId = await fixture.replaceGroup(alice, [bob, carol], fields);
      const users = [alice, bob, carol, dave];
      const since: number[] = [];
      for (const racer of users) since.push(await fixture.getAccountVersion(racer));
      const answers = await runConcurrently<Answer<object>>(raceCalls(...users), (call) =>
        call.index === (round * 5) % CALLERS
          ? alice.transports[round % 4]!.request(deleteConversation, { conversationId })
          : use(call, conversationId),
      );
      expect(['not_found']).toEqual(expect.arrayContaining(errorCodes(answers)));
      await waitUntil(async () => String(await rowsOf(conversationId)) === '0,0,0');
      for (const { transports } of users)
        for (const transport of transports) {
          expect(
            errorCodes([await transport.request(sendMessage, { conversationId, content: 'Hello?' })]),
          ).toEqual(['not_found']);
          expect(errorCodes([await transport.request(listMessages, { conversationId })])).toEqual([
            'not_found',
          ]);
          expect(errorCodes([await transport.request(joinConversation, { conversationId })])).toEqual([
            'not_found',
          ]);
        }
      for (const [index, racer] of users.entries()) await expectRemoved(racer, since[index]!);
    }));

  /** One kind of use each: alice manages, bob writes, carol reads, dave joins and leaves. */
  function use({ racer, transport, index }: RaceCall, conversationId: string): Promise<Answer<object>> {
    const turn = index >> 2;
    if (racer === alice && turn % 2 === 0)
      return transport.request(addMembers, { conversationId, userIds: [dave.id] });
    if (racer === alice)
      return transport.request(updateConversation, { conversationId, title: `Title ${index}` });
    if (racer === dave && turn % 2 === 0) return transport.request(joinConversation, { conversationId });
    if (racer === dave) return transport.request(removeMember, { conversationId, userId: 'me' });
    if (racer === carol && turn % 4 === 0)
      return transport.request(markConversationRead, { conversationId, seq: index + 1 });
    if (racer === carol && turn % 4 === 1)
      return transport.request(updateMembership, { conversationId, pinned: turn > 3 });
    if (racer === carol && turn % 4 === 2) return transport.request(clearUnread, {});
    return transport.request(sendMessage, { conversationId, content: `Number ${index}` });
  }

  /** The last event of each former member is conversation.removed. */
  async function expectRemoved(racer: Racer, since: number): Promise<void> {
    const isClear = racer === carol; // the receiver answers it with a sync
    if (!isClear) await fixture.expectAccountChanges(racer, since);
    const last = (): Change | undefined => accountChanges(racer.devices).at(-1);
    await waitUntil(() => racer === dave || last()?.name === 'conversation.removed');
    if (last())
      expect([last()!.name, last()!.version]).toEqual([
        'conversation.removed',
        await fixture.getAccountVersion(racer),
      ]);
  }

  /** Number of conversations, members and messages with this id. */
  async function rowsOf(conversationId: string): Promise<number[]> {
    const found: number[] = [];
    for (const table of TABLES) {
      const column = table === 'conversations' ? 'id' : 'conversation_id';
      const { rowCount } = await fixture.sql.query(`SELECT FROM ${table} WHERE ${column} = $1`, [
        conversationId,
      ]);
      found.push(rowCount!);
    }
    return found;
  }

  function race(round: (number: number) => Promise<void>): Promise<void> {
    return runRounds(counts.raceRounds, async (number) => {
      await round(number);
      await fixture.expectConsistent();
    });
  }
});

/** Conversation as an answer and an event of a change contain it. */
function applied(before: ConversationDto, { name, version, payload }: Change): ConversationDto {
  if (name === 'conversation.updated') return { ...before, ...payload, version };
  const changed = payload.members as ConversationDto['members'];
  const members = before.members.map(
    (member) => changed.find(({ userId }) => userId === member.userId) ?? member,
  );
  return { ...before, members, version };
}

/** Requires that answers and events are equal; a role that is already set changes no version. */
function expectAnswered(answers: Answer<object>[], changes: Change[]): void {
  const payloadByVersion = new Map(changes.map(({ version, payload }) => [version, payload]));
  for (const answer of successes(answers) as { id?: string; version: number }[])
    if (answer.id) expect(answer).toEqual(payloadByVersion.get(answer.version));
}

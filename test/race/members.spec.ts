import { getConversation } from '../../src/modules/conversations/conversations.contract.js';
import type { MemberRemovedDto, MembersChangedDto } from '../../src/modules/conversations/dto/member.dto.js';
import {
  addMembers,
  joinConversation,
  removeMember,
  updateMember,
} from '../../src/modules/conversations/members/members.contract.js';
import { sendMessage } from '../../src/modules/messages/messages.contract.js';
import { updateUser } from '../../src/modules/users/users.contract.js';
import type { Change } from '../support/events/event-recorder.js';
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
import { type Answer, expectData, restTransport, type Transport } from '../support/clients/transports.js';
import { createUser } from '../support/servers/test-server.js';

const MEMBER_LIMIT = 10;
const CHANNEL = { type: 'channel', title: 'News', isPrivate: false };

type Roles = Record<string, string>;

jest.setTimeout(Math.max(60_000, counts.raceRounds * 6_000));

describe.each([
  ['one node', 1],
  ['two nodes', 2],
])('32 callers at once over REST and sockets, at %s,', (_name, nodeCount) => {
  let fixture: RaceFixture;
  let alice: Racer;
  let bob: Racer;
  let carol: Racer;
  let others: Racer[];
  let host: Transport;

  beforeAll(async () => {
    fixture = await RaceFixture.create(nodeCount, { maxGroupMembers: MEMBER_LIMIT });
    ({ alice, bob, carol } = fixture);
    others = await fixture.createRacers(16);
    const { url } = fixture.nodes[0]!;
    host = restTransport(url, (await createUser({ url }, 'host', { role: 'admin' })).token);
  });
  afterAll(() => fixture.stop());

  it('leave as the last two owners: one leaves, the other stays', () =>
    race(async () => {
      const conversationId = await groupOfOwners();
      const answers = await runConcurrently(raceCalls(alice, bob), ({ transport }) =>
        transport.request(removeMember, { conversationId, userId: 'me' }),
      );
      expect(successes(answers)).toHaveLength(1);
      const left = successes(answers)[0]!.userId;
      const [, remaining] = left === alice.id ? [alice, bob] : [bob, alice];
      expect(codes(answers, left === alice.id ? 0 : 1)).toEqual(Array(CALLERS / 2 - 1).fill('not_found'));
      expect(codes(answers, left === alice.id ? 1 : 0)).toEqual(Array(CALLERS / 2).fill('last_owner'));
      expect(await fixture.findRoles(conversationId)).toEqual({
        [remaining.id]: 'owner',
        [carol.id]: 'member',
      });
    }));

  it('leave, remove, demote and transfer ownership: the group always has an owner', () =>
    race(async (round) => {
      const conversationId = await groupOfOwners();
      const answers = await runConcurrently(raceCalls(alice, bob), (call) =>
        changeOwners(call, conversationId, round),
      );
      expect(['forbidden', 'last_owner', 'not_found']).toEqual(expect.arrayContaining(errorCodes(answers)));

      const { version, members } = await expectData(
        carol.transports[0]!.request(getConversation, { conversationId }),
      );
      const changes = await fixture.expectVersions(conversationId, 2, version, carol);
      const roles = replay({ [alice.id]: 'owner', [bob.id]: 'member', [carol.id]: 'member' }, changes);
      for (const now of roles) expect(Object.values(now)).toContain('owner');
      expect(roles.at(-1)).toEqual(await fixture.findRoles(conversationId));
      expect(rolesOf(members)).toEqual(roles.at(-1));
    }));

  it('add users up to the member limit: all added users are members and the limit holds', () =>
    race(async (round) => {
      const conversationId = await fixture.replaceGroup(alice, [bob]);
      await expectData(
        alice.transports[0]!.request(updateMember, { conversationId, userId: bob.id, role: 'admin' }),
      );
      const answers = await runConcurrently(raceCalls(alice, bob), ({ transport, index }) => {
        const userIds = [others[(index * 5 + round) % 16]!.id];
        if (index % 3 === 0) userIds.push(others[(index * 7 + round + 1) % 16]!.id);
        return transport.request(addMembers, { conversationId, userIds: [...new Set(userIds)] });
      });
      expect(['conversation_full']).toEqual(expect.arrayContaining(errorCodes(answers)));
      const roles = await fixture.findRoles(conversationId);
      expect(Object.keys(roles).length).toBeGreaterThanOrEqual(MEMBER_LIMIT - 1);
      expect(Object.keys(roles).length).toBeLessThanOrEqual(MEMBER_LIMIT);
      for (const { members } of successes(answers)) expect(roles).toMatchObject(rolesOf(members));
      const { version } = await expectData(bob.transports[0]!.request(getConversation, { conversationId }));
      const changes = await fixture.expectVersions(conversationId, 2, version, alice);
      for (const { payload } of changes) expect(payload.memberCount).toBeLessThanOrEqual(MEMBER_LIMIT);
    }));

  it('join a channel up to the member limit: exactly that many join', () =>
    race(async () => {
      const conversationId = await fixture.replaceGroup(alice, [], CHANNEL);
      const answers = await runConcurrently(raceCalls(...others), ({ transport }) =>
        transport.request(joinConversation, { conversationId }),
      );
      expect(errorCodes(answers)).toEqual(['conversation_full']);
      const roles = await fixture.findRoles(conversationId);
      expect(Object.keys(roles)).toHaveLength(MEMBER_LIMIT);
      expect(successes(answers)).toHaveLength(2 * (MEMBER_LIMIT - 1)); // each user joined twice
      for (const { membership, members } of successes(answers)) {
        expect(membership).toMatchObject({ role: 'member', unread: 0 });
        expect(roles).toMatchObject(rolesOf(members));
      }
      await fixture.expectVersions(conversationId, 2, MEMBER_LIMIT, alice);
    }));

  it('join a channel and are removed from it: all members agree on the last change', () =>
    joinAndLeaveRepeatedly(CHANNEL, [], ({ racer, transport }, conversationId) =>
      racer === carol
        ? transport.request(joinConversation, { conversationId })
        : transport.request(removeMember, { conversationId, userId: carol.id }),
    ));

  it('add, remove and leave: all members agree on the last change', () =>
    joinAndLeaveRepeatedly({ type: 'group' }, [bob], ({ racer, transport, index }, conversationId) => {
      if (index % 4 < 2)
        return transport.request(addMembers, { conversationId, userIds: [carol.id, bob.id] });
      const userId = racer === carol ? 'me' : carol.id;
      return transport.request(removeMember, { conversationId, userId });
    }));

  it('join, leave, are removed and deactivated: each event has the number of members', () =>
    race(async () => {
      const [dave] = (await fixture.createRacers(1)) as [Racer];
      const conversationId = await fixture.replaceGroup(alice, [bob, dave], CHANNEL);
      const before = await fixture.findRoles(conversationId);
      await runConcurrently<unknown>(raceCalls(alice, bob, carol, dave), ({ racer, transport, index }) => {
        const isOdd = (index >> 2) % 2 === 1;
        if (index === 4 * 3)
          return expectData(host.request(updateUser, { userId: dave.id, isActive: false }));
        if (racer === alice)
          return transport.request(removeMember, { conversationId, userId: isOdd ? bob.id : dave.id });
        const own = racer === dave ? dave.transports[0]! : transport; // a deactivated user has no socket
        return isOdd
          ? own.request(joinConversation, { conversationId })
          : own.request(removeMember, { conversationId, userId: 'me' });
      });
      const { version, memberCount } = await expectData(
        alice.transports[0]!.request(getConversation, { conversationId }),
      );
      const roles = replay(before, await fixture.expectVersions(conversationId, 2, version, alice));
      expect(roles.at(-1)).toEqual(await fixture.findRoles(conversationId));
      expect(memberCount).toBe(Object.keys(roles.at(-1)!).length);
    }));

  /** Carol joins and leaves repeatedly; alice receives each event. */
  function joinAndLeaveRepeatedly(
    fields: object,
    members: Racer[],
    request: (call: RaceCall, conversationId: string) => Promise<Answer<object>>,
  ): Promise<void> {
    return race(async () => {
      const conversationId = await fixture.replaceGroup(alice, members, fields);
      const [before, since] = [
        await fixture.findRoles(conversationId),
        await fixture.getAccountVersion(carol),
      ];
      const answers = await runConcurrently(raceCalls(alice, carol), (call) => request(call, conversationId));
      expect(['forbidden', 'not_found']).toEqual(expect.arrayContaining(errorCodes(answers)));

      const { version } = await expectData(alice.transports[0]!.request(getConversation, { conversationId }));
      const changes = await fixture.expectVersions(conversationId, 2, version, alice);
      const roles = replay(before, changes);
      expect(roles.at(-1)).toEqual(await fixture.findRoles(conversationId));
      const isMember = roles.map((now) => carol.id in now);
      expect(isMember).toEqual(isMember.map((_, index) => index % 2 === 1)); // joining and leaving in turns
      const removals = successes(answers).filter((answer) => isRemoval(answer));
      expect(changes.filter(({ name }) => name === 'member.removed').map(({ payload }) => payload)).toEqual(
        inOrder(removals),
      );

      const own = await fixture.expectAccountChanges(carol, since);
      expect(own.map(({ name }) => name)).toEqual(
        isMember.slice(1).map((joined) => (joined ? 'conversation.new' : 'conversation.removed')),
      );
      for (const [index, { name, payload }] of own.entries())
        if (name === 'conversation.new') expect(payload.version).toBe(changes[index]!.version);
      await expectReceivedBy(isMember.at(-1) ? [alice, carol] : [alice], conversationId);
    });
  }

  /** Requires that a new message reaches exactly the members: both users, or only the first. */
  async function expectReceivedBy(members: Racer[], conversationId: string): Promise<void> {
    const { id } = await expectData(
      alice.transports[0]!.request(sendMessage, { conversationId, content: 'Who is here?' }),
    );
    await fixture.expectReceived('message.new', conversationId, [id], ...members);
    if (!members.includes(carol)) await fixture.expectReceived('message.new', conversationId, [], carol);
  }

  async function groupOfOwners(): Promise<string> {
    const conversationId = await fixture.replaceGroup(alice, [bob, carol]);
    await expectData(
      alice.transports[0]!.request(updateMember, { conversationId, userId: bob.id, role: 'owner' }),
    );
    return conversationId;
  }

  function changeOwners(
    { racer, transport, index }: RaceCall,
    conversationId: string,
    round: number,
  ): Promise<Answer<object>> {
    const other = racer === alice ? bob.id : alice.id;
    const demote = { conversationId, userId: other, role: 'member' };
    const promote = { conversationId, userId: other, role: 'owner' };
    const toCarol = { conversationId, userId: carol.id, role: 'owner', transferOwnership: true };
    switch ((index * 5 + (index >> 3) + round) % 8) {
      case 0:
        return transport.request(removeMember, { conversationId, userId: 'me' });
      case 1:
        return transport.request(removeMember, { conversationId, userId: other });
      case 2:
        return transport.request(updateMember, { ...demote, userId: racer.id });
      case 3:
        return transport.request(updateMember, { ...promote, transferOwnership: true });
      case 4:
        return transport.request(updateMember, toCarol);
      case 5:
        return transport.request(updateMember, promote);
      default:
        return transport.request(updateMember, demote);
    }
  }

  function race(round: (number: number) => Promise<void>): Promise<void> {
    return runRounds(counts.raceRounds, async (number) => {
      await round(number);
      await fixture.expectConsistent();
    });
  }
});

/** Members with their roles before the first of these changes and after each. */
function replay(before: Roles, changes: Change[]): Roles[] {
  const roles = [before];
  for (const { name, payload } of changes) {
    const now = { ...roles.at(-1)! };
    if (name === 'member.removed') delete now[payload.userId as string];
    else Object.assign(now, rolesOf(payload.members as MembersChangedDto['members']));
    roles.push(now);
    expect(payload.memberCount).toBe(Object.keys(now).length);
  }
  return roles;
}

function rolesOf(members: { userId: string; role: string }[]): Roles {
  return Object.fromEntries(members.map(({ userId, role }) => [userId, role]));
}

function isRemoval(answer: object): answer is MemberRemovedDto {
  return 'userId' in answer;
}

function inOrder<Versioned extends { version: number }>(some: Versioned[]): Versioned[] {
  return [...some].sort((one, other) => one.version - other.version);
}

/** Error codes of every second caller. */
function codes(answers: Answer<object>[], parity: number): string[] {
  return answers.flatMap((answer, index) => (answer.ok || index % 2 !== parity ? [] : [answer.error.code]));
}

import { getCall, listCalls } from '../../../src/modules/calls/calls.contract.js';
import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import type { CallDto } from '../../../src/modules/calls/dto/call.dto.js';
import { addMembers, removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import {
  bothTransports,
  type TestActor,
  type ScenarioContext,
} from '../../support/clients/both-transports.js';
import { accept, decline, leave, start } from '../../support/features/call-commands.js';
import { expectData, expectErrorCode, restTransport } from '../../support/clients/transports.js';
import { createUser } from '../../support/servers/test-server.js';

async function found({ rest }: Pick<TestActor, 'rest'>, input: object = {}): Promise<CallDto[]> {
  const items: CallDto[] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
    const page = await expectData(rest.request(listCalls, { limit: 2, cursor, ...input }));
    expect(page.items.length).toBeLessThanOrEqual(2);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  }
  return items;
}

describe('The call history', () => {
  bothTransports(
    'lists the calls of the current user, newest first, page by page, filtered by outcome',
    async (context: ScenarioContext) => {
      const { alice, bob, carol, dm, group, server } = context;
      const [withBob, withCarol] = [await dm(), await dm('carol')];
      const team = await group({ memberIds: [bob.id, carol.id] });
      const first = await expectData(decline(bob, await expectData(start(alice, withBob))));
      const second = await expectData(leave(bob, await expectData(start(bob, withBob))));
      const third = await expectData(start(alice, team));
      await expectData(accept(bob, third));
      const busy = await expectData(start(carol, withCarol));
      const live = await expectData(decline(carol, third));

      expect(await found(alice)).toEqual([busy, live, second, first]);
      expect(await found(bob)).toEqual([live, second, first]);
      expect(await found(carol)).toEqual([busy, live]);
      expect(await found(alice, { filter: 'missed' })).toEqual([busy, second]);
      expect(await found(alice, { filter: 'outgoing' })).toEqual([live, first]);
      expect(await found(alice, { filter: 'incoming' })).toEqual([busy, second]);
      expect(await found(alice, { filter: 'live' })).toEqual([live]);
      expect(await found(alice, { conversationId: withBob })).toEqual([second, first]);
      expect(await found(alice, { conversationId: withBob, filter: 'outgoing' })).toEqual([first]);
      const dee = await createUser(server, 'dee');
      await expectData(alice.transport.request(addMembers, { conversationId: team, userIds: [dee.id] }));
      const newMember = { rest: restTransport(server.url, dee.token) };
      expect(await found(newMember)).toEqual([]);
      expect(await found(newMember, { conversationId: team, filter: 'live' })).toEqual([live]);
      expect(await found(newMember, { conversationId: withBob })).toEqual([]);
      const { users } = await expectData(alice.rest.request(listCalls, { conversationId: team }));
      expect(Object.keys(users).sort()).toEqual([alice.id, bob.id, carol.id].sort());
      expect(await expectErrorCode(alice.rest.request(listCalls, { cursor: 'nonsense' }))).toBe(
        'validation_failed',
      );
    },
  );

  bothTransports(
    'contains no calls of left conversations and no calls that did not reach the user',
    async (context: ScenarioContext) => {
      const { alice, bob, dm, group } = context;
      const team = await group();
      const left = await expectData(leave(alice, await expectData(start(alice, team))));
      expect(await found(bob)).toEqual([left]);
      await expectData(bob.transport.request(removeMember, { conversationId: team, userId: 'me' }));
      expect(await found(bob)).toEqual([]);

      const withBob = await dm();
      await expectData(bob.transport.request(addBlock, { userId: alice.id }));
      const unanswered = await expectData(leave(alice, await expectData(start(alice, withBob))));
      expect(unanswered).toMatchObject({ endReason: 'cancelled', messageId: null });
      expect(await found(alice)).toEqual([unanswered, left]);
      expect(await found(bob)).toEqual([]);
    },
  );

  bothTransports(
    'contains no calls of hidden messages, except live ones in which the user is joined or rings',
    async (context: ScenarioContext) => {
      const { alice, bob, group } = context;
      const team = await group();
      const call = await expectData(start(alice, team));
      const messageId = call.messageId!;
      await expectData(bob.transport.request(hideMessage, { messageId }));
      expect(await found(bob)).toEqual([call]);
      const accepted = await expectData(accept(bob, call));
      expect(await found(bob, { filter: 'live' })).toEqual([accepted]);
      await expectData(leave(bob, call));
      for (const input of [{}, { filter: 'live' }, { conversationId: team }])
        expect(await found(bob, input)).toEqual([]);
      const { id: callId } = call;
      expect(await expectErrorCode(bob.rest.request(getCall, { callId }))).toBe('not_found');
      for (const act of [accept, decline, leave])
        expect(await expectErrorCode(act(bob, call))).toBe('not_found');
      expect(await found(alice)).toMatchObject([{ id: callId }]);
    },
  );
});

import { listCalls } from '../src/modules/calls/calls.contract.js';
import { addBlock } from '../src/modules/blocks/blocks.contract.js';
import type { CallDto } from '../src/modules/calls/dto/call.dto.js';
import { addMembers, removeMember } from '../src/modules/conversations/members.contract.js';
import { bothWays, type Actor, type Scene } from './proof/both-ways.js';
import { accept, decline, leave, start } from './proof/calling.js';
import { data, refusal, restDoor } from './setup/doors.js';
import { person } from './setup/server.js';

async function found({ rest }: Pick<Actor, 'rest'>, asked: object = {}): Promise<CallDto[]> {
  const items: CallDto[] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
    const page = await data(rest.ask(listCalls, { limit: 2, cursor, ...asked }));
    expect(page.items.length).toBeLessThanOrEqual(2);
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  }
  return items;
}

describe('The history of calls', () => {
  bothWays('is mine, newest first, page by page, and by what became of them', async (scene: Scene) => {
    const { alice, bob, carol, dm, group, server } = scene;
    const [withBob, withCarol] = [await dm(), await dm('carol')];
    const team = await group({ memberIds: [bob.id, carol.id] });
    const first = await data(decline(bob, await data(start(alice, withBob))));
    const second = await data(leave(bob, await data(start(bob, withBob))));
    const third = await data(start(alice, team));
    await data(accept(bob, third));
    const busy = await data(start(carol, withCarol));
    const live = await data(decline(carol, third));

    expect(await found(alice)).toEqual([busy, live, second, first]);
    expect(await found(bob)).toEqual([live, second, first]);
    expect(await found(carol)).toEqual([busy, live]);
    expect(await found(alice, { filter: 'missed' })).toEqual([busy, second]);
    expect(await found(alice, { filter: 'outgoing' })).toEqual([live, first]);
    expect(await found(alice, { filter: 'incoming' })).toEqual([busy, second]);
    expect(await found(alice, { filter: 'live' })).toEqual([live]);
    expect(await found(alice, { conversationId: withBob })).toEqual([second, first]);
    expect(await found(alice, { conversationId: withBob, filter: 'outgoing' })).toEqual([first]);
    const dee = await person(server, 'dee');
    await data(alice.door.ask(addMembers, { conversationId: team, userIds: [dee.id] }));
    const newcomer = { rest: restDoor(server.url, dee.token) };
    expect(await found(newcomer)).toEqual([]);
    expect(await found(newcomer, { conversationId: team, filter: 'live' })).toEqual([live]);
    expect(await found(newcomer, { conversationId: withBob })).toEqual([]);
    const { users } = await data(alice.rest.ask(listCalls, { conversationId: team }));
    expect(Object.keys(users).sort()).toEqual([alice.id, bob.id, carol.id].sort());
    expect(await refusal(alice.rest.ask(listCalls, { cursor: 'nonsense' }))).toBe('validation_failed');
  });

  bothWays('has nothing of where I am no more, nor what did not reach me', async (scene: Scene) => {
    const { alice, bob, dm, group } = scene;
    const team = await group();
    const left = await data(leave(alice, await data(start(alice, team))));
    expect(await found(bob)).toEqual([left]);
    await data(bob.door.ask(removeMember, { conversationId: team, userId: 'me' }));
    expect(await found(bob)).toEqual([]);

    const withBob = await dm();
    await data(bob.door.ask(addBlock, { userId: alice.id }));
    const unheard = await data(leave(alice, await data(start(alice, withBob))));
    expect(unheard).toMatchObject({ endReason: 'cancelled', messageId: null });
    expect(await found(alice)).toEqual([unheard, left]);
    expect(await found(bob)).toEqual([]);
  });
});

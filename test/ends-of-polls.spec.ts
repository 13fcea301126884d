import { setTimeout as sleep } from 'node:timers/promises';
import { createConversation } from '../src/modules/conversations/conversations.contract.js';
import { createDatabase } from './setup/database.js';
import { startNode } from './setup/nodes.js';
import { person } from './setup/server.js';
import { addBlock } from '../src/modules/blocks/blocks.contract.js';
import { updateMember } from '../src/modules/conversations/members.contract.js';
import type { MessageDto } from '../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  listMessages,
} from '../src/modules/messages/messages.contract.js';
import { closePoll, getPoll, listPolls, listVotes, votePoll } from '../src/modules/polls/polls.contract.js';
import { bothWays } from './proof/both-ways.js';
import { data, refusal, restDoor } from './setup/doors.js';
import { until } from './setup/until.js';

import { ask, byVersion, inMs, put, seen, vote, votersOf, votesOf } from './proof/polls.js';

describe('A poll', () => {
  bothWays('that is anonymous names nobody, and that is shown at its end nothing before', async (scene) => {
    const { alice, bob, group, observe } = scene;
    const conversationId = await group();
    const secret = await put(alice, conversationId, { anonymous: true });
    const voted = await data(vote(bob, secret.pollId, secret.options[1]));
    expect([voted.myOptionIds, voted.voters, votesOf(voted)]).toEqual([[secret.options[1]], 1, [0, 1, 0]]);
    expect(votersOf(voted)).toEqual([[], [], []]);
    expect((await observe('message.updated', 1))[0]!.by).toBeNull();
    for (const { rest } of [alice, bob])
      expect(await refusal(rest.ask(listVotes, { pollId: secret.pollId }))).toBe('anonymous_poll');

    const late = await put(alice, conversationId, { resultsVisibility: 'closed' });
    const { pollId } = late;
    const hidden = await data(vote(bob, pollId, late.options[1]));
    expect([hidden.myOptionIds, hidden.voters, votesOf(hidden)]).toEqual([
      [late.options[1]],
      1,
      [null, null, null],
    ]);
    expect(votersOf(hidden)).toEqual([[], [], []]);
    expect(await refusal(alice.rest.ask(listVotes, { pollId }))).toBe('results_hidden');
    const closed = await data(alice.door.ask(closePoll, { pollId }));
    expect([votesOf(closed), votersOf(closed)]).toEqual([
      [0, 1, 0],
      [[], [bob.id], []],
    ]);
    const { items } = await data(alice.rest.ask(listVotes, { pollId }));
    expect(items).toMatchObject([{ optionId: late.options[1], userId: bob.id }]);
    await observe('message.updated', 3);

    const both = { anonymous: true, resultsVisibility: 'closed' };
    const last = await put(alice, conversationId, both);
    await data(vote(bob, last.pollId, last.options[0]));
    const end = await data(alice.door.ask(closePoll, { pollId: last.pollId }));
    expect([votesOf(end), votersOf(end), end.closedBy]).toEqual([[1, 0, 0], [[], [], []], alice.id]);
    expect(JSON.stringify(await observe('message.updated', 5))).not.toContain(`"by":"${bob.id}","poll"`);
    for (const { payload } of alice.device.heard.filter(({ name }) => name === 'message.updated')) {
      const { poll } = payload as unknown as MessageDto;
      if (poll!.anonymous) expect(JSON.stringify(payload)).not.toContain(bob.id);
    }
    expect(alice.device.heard.map(({ name }) => name)).not.toContain('poll.voted');
  });

  bothWays('is closed by its author or who manages the group, once', async (scene) => {
    const { alice, bob, carol, group, dm, observe } = scene;
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const byBob = (await data(ask(bob, conversationId))).poll!;
    expect(await refusal(carol.door.ask(closePoll, { pollId: byBob.id }))).toBe('forbidden');
    const mine = await data(bob.door.ask(closePoll, { pollId: byBob.id }));
    expect(mine).toMatchObject({ closedBy: bob.id, closedAt: expect.any(String) as string });
    const { pollId, options } = await put(alice, conversationId);
    await data(vote(bob, pollId, options[0]));
    await data(alice.door.ask(updateMember, { conversationId, userId: carol.id, role: 'admin' }));
    const closed = await data(carol.door.ask(closePoll, { pollId }));
    expect(closed.closedBy).toBe(carol.id);
    for (const who of [alice, carol])
      expect(await refusal(who.door.ask(closePoll, { pollId }))).toBe('poll_closed');
    for (const optionIds of [[options[0]!], [options[1]!], []])
      expect(await refusal(bob.door.ask(votePoll, { pollId, optionIds }))).toBe('poll_closed');
    expect(await seen(carol, pollId)).toEqual(closed);
    const heard = (await observe('message.updated', 3, alice, bob, carol)).sort(byVersion);
    expect(heard.map(({ by }) => by)).toEqual([bob.id, bob.id, carol.id]);

    const inDm = await put(alice, await dm());
    expect(await refusal(bob.door.ask(closePoll, { pollId: inDm.pollId }))).toBe('forbidden');
    expect(await refusal(carol.door.ask(closePoll, { pollId: inDm.pollId }))).toBe('not_found');
  });

  bothWays('closes at its time, whoever is there', async (scene) => {
    const { alice, bob, dm, observe, sql } = scene;
    const conversationId = await dm();
    const closesAt = inMs(900);
    const { pollId, options, message } = await put(alice, conversationId, { closesAt });
    expect(message.poll).toMatchObject({ closesAt, closedAt: null });
    await data(vote(bob, pollId, options[2]));
    const early = await put(alice, conversationId, { closesAt });
    await data(alice.door.ask(closePoll, { pollId: early.pollId }));
    const heard = (await observe('message.updated', 3)).sort(byVersion);
    const { poll, by } = heard[2] as unknown as MessageDto & { by: null };
    expect([poll!.id, poll!.closedAt, poll!.closedBy, by]).toEqual([pollId, closesAt, null, null]);
    expect(votesOf(poll!)).toEqual([0, 0, 1]);
    expect(await refusal(vote(bob, pollId))).toBe('poll_closed');
    expect(await refusal(alice.door.ask(closePoll, { pollId }))).toBe('poll_closed');
    await until(async () => (await sql("SELECT FROM pgboss.job WHERE state = 'completed'")).length === 2);
    expect(await seen(alice, early.pollId)).toMatchObject({ closedBy: alice.id });
  });

  bothWays('takes no vote after its time, even when nobody has closed it yet', async (scene) => {
    const { alice, bob, dm, sql } = scene;
    const { pollId, options } = await put(alice, await dm(), { closesAt: inMs(60_000) });
    await sql(`UPDATE polls SET closes_at = now() - interval '1 s' WHERE id = '${pollId}'`);
    expect(await refusal(vote(bob, pollId, options[0]))).toBe('poll_closed');
    expect(await refusal(alice.door.ask(closePoll, { pollId }))).toBe('poll_closed');
    expect(await sql('SELECT FROM poll_votes')).toEqual([]);
  });

  bothWays('ends with its message', async (scene) => {
    const { alice, bob, dm, sql, observe } = scene;
    const conversationId = await dm();
    const { pollId, options, message } = await put(alice, conversationId, { closesAt: inMs(700) });
    await data(vote(bob, pollId, options[0]));
    const messageId = message.id;
    expect(await refusal(alice.door.ask(editMessage, { messageId, content: 'Or not' }))).toBe('not_editable');
    expect(await refusal(bob.door.ask(forwardMessage, { messageId, conversationId }))).toBe(
      'not_forwardable',
    );
    expect(await refusal(bob.door.ask(deleteMessage, { messageId }))).toBe('forbidden');
    const gone = await data(alice.door.ask(deleteMessage, { messageId }));
    expect(gone).toMatchObject({ type: 'poll', content: null, poll: null });
    await observe('message.deleted', 1);
    for (const asked of [
      bob.rest.ask(getPoll, { pollId }),
      bob.rest.ask(listVotes, { pollId }),
      vote(bob, pollId, options[1]),
      alice.door.ask(closePoll, { pollId }),
    ])
      expect(await refusal(asked)).toBe('not_found');
    expect((await data(bob.rest.ask(listPolls, { conversationId }))).items).toEqual([]);
    for (const table of ['polls', 'poll_options', 'poll_votes'])
      expect([table, await sql(`SELECT FROM ${table}`)]).toEqual([table, []]);
    await until(async () => (await sql("SELECT FROM pgboss.job WHERE state = 'completed'")).length === 1);
    expect((await data(bob.door.ask(listMessages, { conversationId }))).items).toEqual([gone]);
  });

  bothWays('ends at a block in a DM, and not in a group', async (scene) => {
    const { alice, bob, dm, group } = scene;
    const [conversationId, team] = [await dm(), await group()];
    const [inDm, inGroup] = [await put(alice, conversationId), await put(alice, team)];
    await data(vote(bob, inDm.pollId, inDm.options[0]));
    await data(alice.door.ask(addBlock, { userId: bob.id }));
    for (const [who, code] of [
      [alice, 'blocked_by_you'],
      [bob, 'unavailable'],
    ] as const) {
      expect(await refusal(ask(who, conversationId))).toBe(code);
      expect(await refusal(vote(who, inDm.pollId))).toBe(code);
      await data(vote(who, inGroup.pollId, inGroup.options[0]));
      expect((await seen(who, inDm.pollId)).voters).toBe(1);
    }
    expect(await refusal(alice.door.ask(closePoll, { pollId: inDm.pollId }))).toBe('blocked_by_you');
  });
});

describe('A poll whose time came while no server was there', () => {
  it('is closed soon after the start', async () => {
    const database = await createDatabase();
    let node = await startNode(database);
    try {
      const [alice, bob] = [await person(node, 'alice'), await person(node, 'bob')];
      const by = { door: restDoor(node.url, alice.token) };
      const about = { type: 'dm', memberIds: [bob.id] };
      const { id: conversationId } = await data(by.door.ask(createConversation, about));
      const closesAt = inMs(600);
      const { pollId, options } = await put(by, conversationId, { closesAt });
      await data(vote(by, pollId, options[1]));
      await node.stop();
      await sleep(800);
      node = await startNode(database);
      const rest = restDoor(node.url, alice.token);
      await until(async () => (await seen({ rest }, pollId)).closedAt !== null, { within: 2_000 });
      expect(await seen({ rest }, pollId)).toMatchObject({ closedAt: closesAt, closedBy: null, voters: 1 });
      expect(await refusal(vote({ door: rest }, pollId))).toBe('poll_closed');
    } finally {
      await node.stop();
      await database.drop();
    }
  });
});

import { createConversation } from '../../../src/modules/conversations/conversations.contract.js';
import { createDatabase } from '../../support/environment/test-database.js';
import { startNode } from '../../support/servers/server-nodes.js';
import { query } from '../../support/servers/embedded-postgres-fixture.js';
import { sharedServer } from '../../support/servers/shared-server.js';
import { createUser } from '../../support/servers/test-server.js';
import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { updateMember } from '../../../src/modules/conversations/members/members.contract.js';
import type { MessageDto } from '../../../src/modules/messages/dto/message.dto.js';
import {
  deleteMessage,
  editMessage,
  forwardMessage,
  listMessages,
} from '../../../src/modules/messages/messages.contract.js';
import {
  closePoll,
  getPoll,
  listPolls,
  listPollVotes,
  votePoll,
} from '../../../src/modules/polls/polls.contract.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode, restTransport } from '../../support/clients/transports.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import { makePollDue, makePollJobDue } from '../../support/features/due-times.js';
import {
  requestPoll,
  byVersion,
  timeFromNow,
  createTestPoll,
  getTestPoll,
  vote,
  optionVoters,
  optionVotes,
} from '../../support/features/poll-commands.js';

describe('A poll', () => {
  bothTransports(
    'names no voters when it is anonymous, and shows no results before the close when they are visible at its end',
    async (context) => {
      const { alice, bob, group, observe } = context;
      const conversationId = await group();
      const secret = await createTestPoll(alice, conversationId, { anonymous: true });
      const voted = await expectData(vote(bob, secret.pollId, secret.options[1]));
      expect([voted.myOptionIds, voted.voters, optionVotes(voted)]).toEqual([
        [secret.options[1]],
        1,
        [0, 1, 0],
      ]);
      expect(optionVoters(voted)).toEqual([[], [], []]);
      expect((await observe('message.updated', 1))[0]!.actorId).toBeNull();
      for (const { rest } of [alice, bob])
        expect(await expectErrorCode(rest.request(listPollVotes, { pollId: secret.pollId }))).toBe(
          'anonymous_poll',
        );

      const late = await createTestPoll(alice, conversationId, { resultsVisibility: 'closed' });
      const { pollId } = late;
      const hidden = await expectData(vote(bob, pollId, late.options[1]));
      expect([hidden.myOptionIds, hidden.voters, optionVotes(hidden)]).toEqual([
        [late.options[1]],
        1,
        [null, null, null],
      ]);
      expect(optionVoters(hidden)).toEqual([[], [], []]);
      expect(await expectErrorCode(alice.rest.request(listPollVotes, { pollId }))).toBe('results_hidden');
      const closed = await expectData(alice.transport.request(closePoll, { pollId }));
      expect([optionVotes(closed), optionVoters(closed)]).toEqual([
        [0, 1, 0],
        [[], [bob.id], []],
      ]);
      const { items } = await expectData(alice.rest.request(listPollVotes, { pollId }));
      expect(items).toMatchObject([{ optionId: late.options[1], userId: bob.id }]);
      await observe('message.updated', 3);

      const both = { anonymous: true, resultsVisibility: 'closed' };
      const last = await createTestPoll(alice, conversationId, both);
      await expectData(vote(bob, last.pollId, last.options[0]));
      const end = await expectData(alice.transport.request(closePoll, { pollId: last.pollId }));
      expect([optionVotes(end), optionVoters(end), end.closedBy]).toEqual([
        [1, 0, 0],
        [[], [], []],
        alice.id,
      ]);
      expect(JSON.stringify(await observe('message.updated', 5))).not.toContain(
        `"actorId":"${bob.id}","poll"`,
      );
      for (const { payload } of alice.device.events.filter(({ name }) => name === 'message.updated')) {
        const { poll } = payload as unknown as MessageDto;
        if (poll!.anonymous) expect(JSON.stringify(payload)).not.toContain(bob.id);
      }
      expect(alice.device.events.map(({ name }) => name)).not.toContain('poll.voted');
    },
  );

  bothTransports('is closed by its author or by users that manage the group, once', async (context) => {
    const { alice, bob, carol, group, dm, observe } = context;
    const conversationId = await group({ memberIds: [bob.id, carol.id] });
    const byBob = (await expectData(requestPoll(bob, conversationId))).poll!;
    expect(await expectErrorCode(carol.transport.request(closePoll, { pollId: byBob.id }))).toBe('forbidden');
    const closedByBob = await expectData(bob.transport.request(closePoll, { pollId: byBob.id }));
    expect(closedByBob).toMatchObject({ closedBy: bob.id, closedAt: expect.any(String) as string });
    const { pollId, options } = await createTestPoll(alice, conversationId);
    await expectData(vote(bob, pollId, options[0]));
    await expectData(
      alice.transport.request(updateMember, { conversationId, userId: carol.id, role: 'admin' }),
    );
    const closed = await expectData(carol.transport.request(closePoll, { pollId }));
    expect(closed.closedBy).toBe(carol.id);
    for (const actor of [alice, carol])
      expect(await expectErrorCode(actor.transport.request(closePoll, { pollId }))).toBe('poll_closed');
    for (const optionIds of [[options[0]!], [options[1]!], []])
      expect(await expectErrorCode(bob.transport.request(votePoll, { pollId, optionIds }))).toBe(
        'poll_closed',
      );
    expect(await getTestPoll(carol, pollId)).toEqual(closed);
    const received = (await observe('message.updated', 3, alice, bob, carol)).sort(byVersion);
    expect(received.map(({ actorId }) => actorId)).toEqual([bob.id, bob.id, carol.id]);

    const inDm = await createTestPoll(alice, await dm());
    expect(await expectErrorCode(bob.transport.request(closePoll, { pollId: inDm.pollId }))).toBe(
      'forbidden',
    );
    expect(await expectErrorCode(carol.transport.request(closePoll, { pollId: inDm.pollId }))).toBe(
      'not_found',
    );
  });

  bothTransports('closes at its closing time, with or without connected users', async (context) => {
    const { alice, bob, dm, observe, sql, server } = context;
    const conversationId = await dm();
    const closesAt = timeFromNow(60_000);
    const { pollId, options, message } = await createTestPoll(alice, conversationId, { closesAt });
    expect(message.poll).toMatchObject({ closesAt, closedAt: null });
    await expectData(vote(bob, pollId, options[2]));
    const early = await createTestPoll(alice, conversationId, { closesAt });
    await expectData(alice.transport.request(closePoll, { pollId: early.pollId }));
    await sql(`UPDATE polls SET closes_at = now() WHERE id = '${early.pollId}'`);
    await makePollJobDue(server.database, early.pollId);
    const closedAt = await makePollDue(server.database, pollId);
    const received = (await observe('message.updated', 3)).sort(byVersion);
    const { poll, actorId: by } = received[2] as unknown as MessageDto & { actorId: null };
    expect([poll!.id, poll!.closedAt, poll!.closedBy, by]).toEqual([pollId, closedAt, null, null]);
    expect(optionVotes(poll!)).toEqual([0, 0, 1]);
    expect(await expectErrorCode(vote(bob, pollId))).toBe('poll_closed');
    expect(await expectErrorCode(alice.transport.request(closePoll, { pollId }))).toBe('poll_closed');
    await waitUntil(
      async () =>
        (await sql("SELECT FROM pgboss.job WHERE name = 'poll.close' AND state = 'completed'")).length === 2,
    );
    expect(await getTestPoll(alice, early.pollId)).toMatchObject({ closedBy: alice.id });
  });

  bothTransports('rejects votes after its closing time, even before it is closed', async (context) => {
    const { alice, bob, dm, sql } = context;
    const { pollId, options } = await createTestPoll(alice, await dm(), { closesAt: timeFromNow(60_000) });
    await sql(`UPDATE polls SET closes_at = now() - interval '1 s' WHERE id = '${pollId}'`);
    expect(await expectErrorCode(vote(bob, pollId, options[0]))).toBe('poll_closed');
    expect(await expectErrorCode(alice.transport.request(closePoll, { pollId }))).toBe('poll_closed');
    expect(await sql('SELECT FROM poll_votes')).toEqual([]);
  });

  bothTransports('is deleted with its message', async (context) => {
    const { alice, bob, dm, sql, observe, server } = context;
    const conversationId = await dm();
    const { pollId, options, message } = await createTestPoll(alice, conversationId, {
      closesAt: timeFromNow(60_000),
    });
    await expectData(vote(bob, pollId, options[0]));
    const messageId = message.id;
    expect(
      await expectErrorCode(alice.transport.request(editMessage, { messageId, content: 'Or not' })),
    ).toBe('not_editable');
    expect(await expectErrorCode(bob.transport.request(forwardMessage, { messageId, conversationId }))).toBe(
      'not_forwardable',
    );
    expect(await expectErrorCode(bob.transport.request(deleteMessage, { messageId }))).toBe('forbidden');
    const gone = await expectData(alice.transport.request(deleteMessage, { messageId }));
    expect(gone).toMatchObject({ type: 'poll', content: null, poll: null });
    await observe('message.deleted', 1);
    for (const pending of [
      bob.rest.request(getPoll, { pollId }),
      bob.rest.request(listPollVotes, { pollId }),
      vote(bob, pollId, options[1]),
      alice.transport.request(closePoll, { pollId }),
    ])
      expect(await expectErrorCode(pending)).toBe('not_found');
    expect((await expectData(bob.rest.request(listPolls, { conversationId }))).items).toEqual([]);
    for (const table of ['polls', 'poll_options', 'poll_votes'])
      expect([table, await sql(`SELECT FROM ${table}`)]).toEqual([table, []]);
    await makePollJobDue(server.database, pollId);
    await waitUntil(
      async () =>
        (await sql("SELECT FROM pgboss.job WHERE name = 'poll.close' AND state = 'completed'")).length === 1,
    );
    expect((await expectData(bob.transport.request(listMessages, { conversationId }))).items).toEqual([gone]);
  });

  bothTransports('rejects votes after a block in a DM, but not in a group', async (context) => {
    const { alice, bob, dm, group } = context;
    const [conversationId, team] = [await dm(), await group()];
    const [inDm, inGroup] = [await createTestPoll(alice, conversationId), await createTestPoll(alice, team)];
    await expectData(vote(bob, inDm.pollId, inDm.options[0]));
    await expectData(alice.transport.request(addBlock, { userId: bob.id }));
    for (const [actor, code] of [
      [alice, 'blocked_by_you'],
      [bob, 'unavailable'],
    ] as const) {
      expect(await expectErrorCode(requestPoll(actor, conversationId))).toBe(code);
      expect(await expectErrorCode(vote(actor, inDm.pollId))).toBe(code);
      await expectData(vote(actor, inGroup.pollId, inGroup.options[0]));
      expect((await getTestPoll(actor, inDm.pollId)).voters).toBe(1);
    }
    expect(await expectErrorCode(alice.transport.request(closePoll, { pollId: inDm.pollId }))).toBe(
      'blocked_by_you',
    );
  });
});

describe('A poll with a closing time', () => {
  it('is closed when the database clock reaches it', async () => {
    const server = await sharedServer();
    const [alice, bob] = [await createUser(server, 'alice'), await createUser(server, 'bob')];
    const rest = restTransport(server.url, alice.token);
    const about = { type: 'dm', memberIds: [bob.id] };
    const { id: conversationId } = await expectData(rest.request(createConversation, about));
    let [closesAt, pollId] = ['', ''];
    // On a slow machine the time may pass before the request arrives.
    await waitUntil(async () => {
      closesAt = timeFromNow(1_500);
      const answer = await requestPoll({ transport: rest }, conversationId, { closesAt });
      if (answer.ok) pollId = answer.data.poll!.id;
      return answer.ok;
    });
    await waitUntil(async () => (await getTestPoll({ rest }, pollId)).closedAt !== null);
    const [{ lateness } = { lateness: -1 }] = await query<{ lateness: number }>(
      server.database.ownerUrl,
      `SELECT extract(epoch FROM updated_at - closes_at)::float AS lateness FROM polls WHERE id = '${pollId}'`,
    );
    expect(lateness).toBeGreaterThanOrEqual(0);
    expect((await getTestPoll({ rest }, pollId)).closedAt).toBe(closesAt);
  });

  it('that is reached during a downtime is closed soon after the start', async () => {
    const database = await createDatabase();
    let node = await startNode(database);
    try {
      const [alice, bob] = [await createUser(node, 'alice'), await createUser(node, 'bob')];
      const by = { transport: restTransport(node.url, alice.token) };
      const about = { type: 'dm', memberIds: [bob.id] };
      const { id: conversationId } = await expectData(by.transport.request(createConversation, about));
      const { pollId, options } = await createTestPoll(by, conversationId, { closesAt: timeFromNow(60_000) });
      await expectData(vote(by, pollId, options[1]));
      await node.stop();
      const closedAt = await makePollDue(database, pollId);
      node = await startNode(database);
      const rest = restTransport(node.url, alice.token);
      await waitUntil(async () => (await getTestPoll({ rest }, pollId)).closedAt !== null);
      expect(await getTestPoll({ rest }, pollId)).toMatchObject({
        closedAt,
        closedBy: null,
        voters: 1,
      });
      expect(await expectErrorCode(vote({ transport: rest }, pollId))).toBe('poll_closed');
    } finally {
      await node.stop();
      await database.drop();
    }
  });
});

import { addBlock } from '../../../src/modules/blocks/blocks.contract.js';
import { removeMember } from '../../../src/modules/conversations/members/members.contract.js';
import { getMessage, sendMessage } from '../../../src/modules/messages/messages.contract.js';
import { hideMessage } from '../../../src/modules/messages/flags/message-flags.contract.js';
import { closePoll, getPoll, listPolls, listPollVotes } from '../../../src/modules/polls/polls.contract.js';
import { searchMessages } from '../../../src/modules/search/search.contract.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import { expectData, expectErrorCode } from '../../support/clients/transports.js';
import { waitUntil } from '../../support/environment/wait-until.js';
import { makePollDue } from '../../support/features/due-times.js';
import {
  requestPoll,
  byVersion,
  timeFromNow,
  OPTIONS,
  createTestPoll,
  getTestPoll,
  vote,
  optionVoters,
  optionVotes,
  errorsOrCode,
} from '../../support/features/poll-commands.js';

const YEAR_MS = 365 * 24 * 60 * 60 * 1_000;

describe('A poll', () => {
  bothTransports('is a message that contains its current results', async (context) => {
    const { alice, bob, group, sendText, observe } = context;
    const conversationId = await group();
    const before = await sendText(alice, conversationId);
    const { message, pollId } = await createTestPoll(alice, conversationId, { replyToId: before.id });
    expect(message).toMatchObject({
      type: 'poll',
      content: 'Which colour?',
      senderId: alice.id,
      seq: 2,
      replyTo: { id: before.id },
      poll: {
        question: 'Which colour?',
        multipleChoice: false,
        maxChoices: 1,
        anonymous: false,
        resultsVisibility: 'live',
        voters: 0,
        closesAt: null,
        closedAt: null,
        closedBy: null,
      },
    });
    expect(message.poll!.options).toEqual(
      OPTIONS.map((text, position) => ({
        id: expect.any(String) as string,
        text,
        position,
        votes: 0,
        userIds: [],
      })),
    );
    const [, received] = (await observe('message.new', 2)).sort(byVersion);
    expect(received).toEqual(message);
    expect(await expectData(bob.rest.request(getMessage, { messageId: message.id }))).toEqual(message);
    const { version, id: messageId } = message;
    const poll = { ...message.poll, conversationId, messageId, version, myOptionIds: [] };
    expect(await getTestPoll(bob, pollId)).toEqual(poll);
    expect((await expectData(bob.rest.request(listPolls, { conversationId }))).items).toEqual([poll]);
  });

  bothTransports(
    'accepts votes, changes and withdrawals, and publishes them to all members',
    async (context) => {
      const { alice, bob, dm, observe } = context;
      const conversationId = await dm();
      const second = await bob.connectDevice();
      const { message, pollId, options } = await createTestPoll(alice, conversationId);
      const [red, green] = options;
      const first = await expectData(vote(bob, pollId, red));
      expect(first).toMatchObject({ myOptionIds: [red], voters: 1, version: message.version + 1 });
      expect(await expectData(vote(bob, pollId, red))).toEqual(first);
      expect(await getTestPoll(bob, pollId)).toEqual(first);
      expect(await getTestPoll(alice, pollId)).toEqual({ ...first, myOptionIds: [] });
      await expectData(vote(alice, pollId, red));
      const changed = await expectData(vote(bob, pollId, green));
      expect([optionVotes(changed), optionVoters(changed)]).toEqual([
        [1, 1, 0],
        [[alice.id], [bob.id], []],
      ]);
      const withdrawn = await expectData(vote(bob, pollId));
      expect(withdrawn).toMatchObject({ myOptionIds: [], voters: 1 });
      expect(optionVotes(withdrawn)).toEqual([1, 0, 0]);
      expect(await expectData(vote(bob, pollId))).toEqual(withdrawn);

      const received = (await observe('message.updated', 4)).sort(byVersion);
      expect(received.map(({ actorId }) => actorId)).toEqual([bob.id, alice.id, bob.id, bob.id]);
      const { myOptionIds: _mine, messageId, version, conversationId: _where, ...state } = changed;
      expect(received[2]).toEqual({ ...message, id: messageId, version, poll: state, actorId: bob.id });
      for (const device of [bob.device, second])
        expect((await device.waitForEvents(3, 'poll.voted')).map(({ optionIds }) => optionIds)).toEqual([
          [red],
          [green],
          [],
        ]);
      expect(second.events.find(({ name }) => name === 'poll.voted')?.payload).toEqual({
        pollId,
        conversationId,
        messageId,
        optionIds: [red],
      });
      expect((await alice.device.waitForEvents(1, 'poll.voted')).map(({ optionIds }) => optionIds)).toEqual([
        [red],
      ]);
    },
  );

  bothTransports('with multiple choice accepts votes up to its maximum', async (context) => {
    const { alice, bob, dm, sql } = context;
    const conversationId = await dm();
    const { pollId, options } = await createTestPoll(alice, conversationId, {
      multipleChoice: true,
      maxChoices: 2,
    });
    const [red, green, blue] = options;
    expect((await expectData(vote(bob, pollId, blue, red))).myOptionIds).toEqual([red, blue]);
    const [before] = await sql<object>(`SELECT * FROM poll_votes WHERE option_id = '${red}'`);
    const changed = await expectData(vote(bob, pollId, green, red));
    expect([changed.myOptionIds, changed.voters, optionVotes(changed)]).toEqual([[red, green], 1, [1, 1, 0]]);
    expect(await sql(`SELECT * FROM poll_votes WHERE option_id = '${red}'`)).toEqual([before]);
    expect(await errorsOrCode(vote(bob, pollId, ...options))).toEqual([
      { field: 'optionIds', code: 'too_many' },
    ]);
    const any = await createTestPoll(alice, conversationId, { multipleChoice: true });
    expect(any.message.poll!.maxChoices).toBe(3);
    expect(optionVotes(await expectData(vote(bob, any.pollId, ...any.options)))).toEqual([1, 1, 1]);

    const single = await createTestPoll(alice, conversationId);
    expect(await errorsOrCode(vote(bob, single.pollId, ...single.options.slice(1)))).toEqual([
      { field: 'optionIds', code: 'too_many' },
    ]);
    expect(await errorsOrCode(vote(bob, single.pollId, red))).toEqual([
      { field: 'optionIds', code: 'not_found' },
    ]);
    const repeated = [single.options[0], single.options[0]] as const;
    expect(optionVotes(await expectData(vote(bob, single.pollId, ...repeated)))).toEqual([1, 0, 0]);
  });

  bothTransports(
    'is created once for one clientId, and a retry returns its current state',
    async (context) => {
      const { alice, bob, dm, sendText, sql, server } = context;
      const [conversationId, other] = [await dm('bob'), await dm('carol')];
      const closesAt = timeFromNow(60_000);
      const { pollId, options, message } = await createTestPoll(alice, conversationId, {
        clientId: 'again',
        closesAt,
      });
      await expectData(vote(bob, pollId, options[0]));
      const now = await expectData(alice.rest.request(getMessage, { messageId: message.id }));
      expect(now.poll!.voters).toBe(1);
      expect(
        await expectData(requestPoll(alice, conversationId, { clientId: 'again', question: 'What?' })),
      ).toEqual(now);
      expect(await expectErrorCode(requestPoll(alice, other, { clientId: 'again' }))).toBe(
        'client_id_reused',
      );
      const closedAt = await makePollDue(server.database, pollId);
      await waitUntil(async () => (await getTestPoll(alice, pollId)).closedAt !== null);
      const late = await expectData(requestPoll(alice, conversationId, { clientId: 'again', closesAt }));
      expect([late.id, late.poll!.closedAt]).toEqual([message.id, closedAt]);
      await expectData(alice.transport.request(addBlock, { userId: bob.id }));
      expect((await expectData(requestPoll(alice, conversationId, { clientId: 'again' }))).id).toBe(
        message.id,
      );
      expect(await sql('SELECT FROM polls')).toHaveLength(1);
      await sendText(alice, other);
      const text = await expectData(
        alice.transport.request(sendMessage, { conversationId: other, content: 'Hi', clientId: 't' }),
      );
      expect(await expectData(requestPoll(alice, other, { clientId: 't' }))).toEqual(text);
    },
  );

  bothTransports('is accessible to members only, and not to a user that has hidden it', async (context) => {
    const { alice, bob, carol, group } = context;
    const conversationId = await group();
    const { pollId, options, message } = await createTestPoll(alice, conversationId);
    const voted = await expectData(vote(bob, pollId, options[0]));
    for (const pending of [
      requestPoll(carol, conversationId),
      carol.rest.request(getPoll, { pollId }),
      carol.rest.request(listPolls, { conversationId }),
      carol.rest.request(listPollVotes, { pollId }),
      vote(carol, pollId, options[0]),
      carol.transport.request(closePoll, { pollId }),
    ])
      expect(await expectErrorCode(pending)).toBe('not_found');
    await expectData(bob.transport.request(hideMessage, { messageId: message.id }));
    expect(await expectErrorCode(bob.rest.request(getPoll, { pollId }))).toBe('not_found');
    expect(await expectErrorCode(bob.rest.request(listPollVotes, { pollId }))).toBe('not_found');
    expect((await expectData(bob.rest.request(listPolls, { conversationId }))).items).toEqual([]);
    expect((await expectData(bob.rest.request(getMessage, { messageId: message.id }))).poll).toBeNull();
    for (const optionIds of [[options[0]], [options[1]], []])
      expect(await expectErrorCode(vote(bob, pollId, ...optionIds))).toBe('not_found');
    expect(await expectErrorCode(bob.transport.request(closePoll, { pollId }))).toBe('not_found');
    expect(await getTestPoll(alice, pollId)).toMatchObject({
      voters: 1,
      version: voted.version,
      closedAt: null,
    });
    const own = await createTestPoll(bob, conversationId);
    await expectData(bob.transport.request(hideMessage, { messageId: own.message.id }));
    expect(await expectErrorCode(bob.transport.request(closePoll, { pollId: own.pollId }))).toBe('not_found');
    expect((await expectData(vote(alice, own.pollId, own.options[0]))).voters).toBe(1);
    expect((await expectData(alice.transport.request(closePoll, { pollId: own.pollId }))).closedBy).toBe(
      alice.id,
    );
    await expectData(bob.transport.request(removeMember, { conversationId, userId: 'me' }));
    expect(optionVoters(await getTestPoll(alice, pollId))).toEqual([[bob.id], [], []]);
    expect(await expectErrorCode(vote(bob, pollId))).toBe('not_found');
  });

  bothTransports('is rejected when it is invalid', async (context) => {
    const { alice, bob, dm, group, sendText } = context;
    const [conversationId, team] = [await dm(), await group()];
    const elsewhere = await sendText(bob, team);
    const field = async (more: object): Promise<unknown> =>
      errorsOrCode(requestPoll(alice, conversationId, more));
    const fieldError = (name: string, code: string): unknown => [{ field: name, code }];
    expect(await field({ options: ['one'] })).toEqual(fieldError('options', 'too_few'));
    expect(await field({ options: ['same', 'same'] })).toEqual(fieldError('options', 'duplicates'));
    expect(await field({ options: ['a', 'a '] })).toEqual(fieldError('options', 'duplicates'));
    expect(await field({ options: ['a', ' '] })).toEqual(fieldError('options', 'blank'));
    expect(await field({ options: ['a', 'x'.repeat(201)] })).toEqual(fieldError('options', 'too_long'));
    const many = Array.from({ length: 101 }, (_, index) => `Number ${index}`);
    expect(await field({ options: many })).toEqual(fieldError('options', 'too_many'));
    expect(await field({ question: 'x'.repeat(501) })).toEqual(fieldError('question', 'too_long'));
    expect(await field({ maxChoices: 2 })).toEqual(fieldError('maxChoices', 'only_with_multiple_choice'));
    expect(await field({ multipleChoice: true, maxChoices: 4 })).toEqual(
      fieldError('maxChoices', 'out_of_range'),
    );
    expect(await field({ closesAt: timeFromNow(-1) })).toEqual(fieldError('closesAt', 'in_the_past'));
    expect(await field({ closesAt: timeFromNow(YEAR_MS + 60_000) })).toEqual(
      fieldError('closesAt', 'too_far_in_future'),
    );
    expect(await field({ replyToId: elsewhere.id })).toEqual(fieldError('replyToId', 'not_found'));
    expect(await field({ threadRootId: elsewhere.id })).toEqual(fieldError('threadRootId', 'not_found'));
    expect((await expectData(bob.rest.request(listPolls, { conversationId }))).items).toEqual([]);

    const full = await expectData(
      requestPoll(alice, conversationId, { options: many.slice(1), question: '😀'.repeat(500) }),
    );
    expect(full.poll!.options.map(({ text }) => text)).toEqual(many.slice(1));
    const similarTexts = [' a', 'A', 'é', 'e\u0301'];
    const unchanged = await expectData(requestPoll(alice, conversationId, { options: similarTexts }));
    expect(unchanged.poll!.options.map(({ text }) => text)).toEqual(similarTexts);
    const root = await sendText(bob, conversationId);
    const threadPoll = await expectData(requestPoll(alice, conversationId, { threadRootId: root.id }));
    expect(threadPoll.threadRootId).toBe(root.id);
  });

  bothTransports('is found by its question', async (context) => {
    const { alice, bob, dm } = context;
    const conversationId = await dm();
    const { message } = await createTestPoll(alice, conversationId, {
      question: 'A weekend of mountaineering?',
    });
    const found = async (): Promise<string[]> =>
      (await expectData(bob.rest.request(searchMessages, { q: 'mountaineering' }))).items.map(
        ({ message: { id } }) => id,
      );
    await waitUntil(async () => (await found()).length === 1);
    expect(await found()).toEqual([message.id]);
  });
});

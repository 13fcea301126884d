import { addMembers } from '../../../src/modules/conversations/members/members.contract.js';
import { getUnread } from '../../../src/modules/inbox/inbox.contract.js';
import { listPolls, listPollVotes, votePoll } from '../../../src/modules/polls/polls.contract.js';
import { bothTransports } from '../../support/clients/both-transports.js';
import { expectData, restTransport } from '../../support/clients/transports.js';
import {
  createTestPoll,
  getTestPoll,
  optionVoters,
  optionVotes,
  vote,
} from '../../support/features/poll-commands.js';
import { createUser } from '../../support/servers/test-server.js';

describe('A poll with votes', () => {
  bothTransports('lists the voters of each option, page by page', async (context) => {
    const { server, alice, group } = context;
    const conversationId = await group();
    const { pollId, options } = await createTestPoll(alice, conversationId, { multipleChoice: true });
    const voters = [];
    for (let index = 0; index < 12; index++) voters.push(await createUser(server, `voter-${index}`));
    const userIds = voters.map(({ id }) => id);
    await expectData(alice.transport.request(addMembers, { conversationId, userIds }));
    for (const [index, { token }] of voters.entries()) {
      const optionIds = index < 2 ? [options[0]!, options[2]!] : [options[2]!];
      await expectData(restTransport(server.url, token).request(votePoll, { pollId, optionIds }));
    }
    const poll = await getTestPoll(alice, pollId);
    expect([poll.voters, optionVotes(poll)]).toEqual([12, [2, 0, 12]]);
    expect(optionVoters(poll)).toEqual([userIds.slice(0, 2), [], userIds.slice(0, 10)]);
    const all = async (input: object): Promise<[string, string][]> => {
      const found: [string, string][] = [];
      for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
        const page = await expectData(
          alice.rest.request(listPollVotes, { pollId, limit: 5, cursor, ...input }),
        );
        expect(Object.keys(page.users).sort()).toEqual(
          [...new Set(page.items.map(({ userId }) => userId))].sort(),
        );
        found.push(...page.items.map(({ optionId, userId }): [string, string] => [optionId, userId]));
        cursor = page.nextCursor ?? undefined;
      }
      return found;
    };
    const ofBlue = userIds.map((id): [string, string] => [options[2]!, id]);
    expect(await all({ optionId: options[2] })).toEqual(ofBlue);
    expect(await all({ optionId: options[1] })).toEqual([]);
    expect(await all({})).toEqual([...userIds.slice(0, 2).map((id) => [options[0], id]), ...ofBlue]);

    const others: string[] = [];
    for (let index = 0; index < 4; index++)
      others.unshift((await createTestPoll(alice, conversationId)).pollId);
    const pages = [await expectData(alice.rest.request(listPolls, { conversationId, limit: 3 }))];
    pages.push(
      await expectData(alice.rest.request(listPolls, { conversationId, cursor: pages[0]!.nextCursor! })),
    );
    expect(pages.flatMap(({ items }) => items.map(({ id }) => id))).toEqual([...others, pollId]);
    expect(pages.map(({ nextCursor }) => nextCursor === null)).toEqual([false, true]);
    expect(Object.keys(pages[1]!.users).sort()).toEqual(userIds.slice(0, 10).sort());
  });

  bothTransports('is unread as a message, and its votes are not', async (context) => {
    const { alice, bob, dm, sql } = context;
    const { pollId, options } = await createTestPoll(alice, await dm());
    const [before] = await sql<object>('SELECT last_activity_at FROM conversations');
    await expectData(vote(alice, pollId, options[0]));
    expect(await sql('SELECT last_activity_at FROM conversations')).toEqual([before]);
    expect(await expectData(bob.transport.request(getUnread, {}))).toMatchObject({ total: 1 });
  });
});

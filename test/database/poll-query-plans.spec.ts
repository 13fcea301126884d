import { randomUUID } from 'node:crypto';
import { SHOWN_VOTERS } from '../../src/modules/messages/dto/poll-state.dto.js';
import { PollsRepository } from '../../src/modules/polls/polls.repository.js';
import { PollVotesRepository } from '../../src/modules/polls/poll-votes.repository.js';
import {
  expectIndexUsed,
  type QueryPlanCase,
  QueryPlanFixture,
} from '../support/database/query-plan-fixture.js';

const [MESSAGE_COUNT, USER_COUNT, POLL_COUNT] = [20_000, 5_000, 500];
const [ME, GROUP] = [randomUUID(), randomUUID()];
/** Poll in which every member voted for one of two options. The user voted in every second poll. */
const POLL_WITH_MANY_VOTES = randomUUID();
const [ONE, OTHER] = ['a0000000-0000-4000-8000-000000000000', 'b0000000-0000-4000-8000-000000000000'];
const DEEP = 'c0000000-0000-4000-8000-000000000000';
const LIMIT = 51;

const FILL = `
  INSERT INTO users (id, tms_user_id) SELECT CASE n WHEN 1 THEN '${ME}'::uuid ELSE gen_random_uuid() END, 'user-' || n
    FROM generate_series(1, ${USER_COUNT}) n;
  INSERT INTO conversations (id, type, last_seq, version) VALUES ('${GROUP}', 'group', ${MESSAGE_COUNT}, ${MESSAGE_COUNT});
  INSERT INTO conversation_members (conversation_id, user_id, role) VALUES ('${GROUP}', '${ME}', 'owner');
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, type, payload)
    SELECT gen_random_uuid(), '${GROUP}', n, n, '${ME}', 'Message ' || n,
      CASE WHEN n % ${MESSAGE_COUNT / POLL_COUNT} = 0 THEN 'poll' ELSE 'text' END, '{}'
    FROM generate_series(1, ${MESSAGE_COUNT}) n;
  INSERT INTO message_flags (user_id, message_id, conversation_id, seq, hidden_at, version)
    SELECT '${ME}', id, '${GROUP}', seq, now(), seq FROM messages WHERE type = 'text';
  INSERT INTO polls (id, message_id, question)
    SELECT CASE seq WHEN ${MESSAGE_COUNT} THEN '${POLL_WITH_MANY_VOTES}'::uuid ELSE gen_random_uuid() END, id, content FROM messages WHERE type = 'poll';
  UPDATE messages SET payload = jsonb_build_object('id', polls.id) FROM polls WHERE message_id = messages.id;
  INSERT INTO poll_options (id, poll_id, text, position)
    SELECT gen_random_uuid(), id, 'Yes', 0 FROM polls WHERE id <> '${POLL_WITH_MANY_VOTES}' UNION ALL
    VALUES ('${ONE}'::uuid, '${POLL_WITH_MANY_VOTES}'::uuid, 'One', 0), ('${OTHER}', '${POLL_WITH_MANY_VOTES}', 'Other', 1);
  INSERT INTO poll_votes (poll_id, option_id, user_id, multiple_choice)
    SELECT poll_id, id, '${ME}', false FROM poll_options WHERE poll_id <> '${POLL_WITH_MANY_VOTES}';
  INSERT INTO poll_votes (poll_id, option_id, user_id, multiple_choice, created_at)
    SELECT '${POLL_WITH_MANY_VOTES}', CASE WHEN n % 2 = 0 THEN '${ONE}'::uuid ELSE '${OTHER}' END, id, false, now() + n * interval '1 s'
    FROM (SELECT id, row_number() OVER () AS n FROM users) person`;

interface Repositories {
  polls: PollsRepository;
  votes: PollVotesRepository;
}

const place = (option: string): { option_id: string; created_at: Date; user_id: string } => ({
  option_id: option,
  created_at: new Date(Date.now() + 500_000),
  user_id: DEEP,
});
const OPTION_VOTES_INDEX = 'poll_votes_poll_id_option_id_created_at_user_id_idx';
const USER_VOTES_INDEX = 'poll_votes_user_id_poll_id_option_id_idx';

const CASES: QueryPlanCase<Repositories>[] = [
  [
    'a page of voters',
    ({ votes }) => votes.listVotes(POLL_WITH_MANY_VOTES, place(OTHER), LIMIT),
    OPTION_VOTES_INDEX,
    LIMIT,
  ],
  [
    'a page of voters of one option',
    ({ votes }) => votes.listVotesForOption(POLL_WITH_MANY_VOTES, place(ONE), LIMIT),
    OPTION_VOTES_INDEX,
    LIMIT,
  ],
  [
    'the votes of a user in a poll',
    ({ polls }) => polls.findPollForUser(ME, POLL_WITH_MANY_VOTES),
    USER_VOTES_INDEX,
    1,
  ],
  [
    'the message of a poll for a vote',
    ({ polls }) => polls.findVisiblePoll(ME, POLL_WITH_MANY_VOTES),
    'messages_pkey',
    1,
  ],
  [
    'the votes of a user for a vote',
    ({ votes }) => votes.findVoteContext(POLL_WITH_MANY_VOTES, ME, [ONE]),
    USER_VOTES_INDEX,
    1,
  ],
  [
    'a page of polls',
    ({ polls }) => polls.listPollsBefore(ME, GROUP, MESSAGE_COUNT / 2, LIMIT),
    'messages_polls_idx',
    LIMIT,
  ],
  [
    'the votes of a user on a page of polls',
    ({ polls }) => polls.listPollsBefore(ME, GROUP, MESSAGE_COUNT / 2, LIMIT),
    USER_VOTES_INDEX,
    LIMIT,
  ],
];

describe('An index serves', () => {
  let fixture: QueryPlanFixture;

  beforeAll(async () => (fixture = await QueryPlanFixture.open(FILL)));
  afterAll(() => fixture.close());

  it.each(CASES)('%s', async (_title, runQuery, index, maxEntries) => {
    const scans = await fixture.scansOf((database) =>
      runQuery({ polls: new PollsRepository(database), votes: new PollVotesRepository(database) }),
    );
    expectIndexUsed(scans, index, maxEntries);
    expect(scans.filter(({ type }) => type === 'Seq Scan')).toEqual([]);
  });

  it('the first voters of each option, without reading more than are returned', async () => {
    const scans = await fixture.scansOf((database) =>
      new PollsRepository(database).getResults(POLL_WITH_MANY_VOTES),
    );
    const first = scans.filter(
      ({ index, rowsRead }) => index === OPTION_VOTES_INDEX && rowsRead === 2 * SHOWN_VOTERS,
    );
    expect(first).toHaveLength(1);
    expect(scans.filter(({ type, table }) => type === 'Seq Scan' && table !== 'poll_votes')).toEqual([]);
  });
});

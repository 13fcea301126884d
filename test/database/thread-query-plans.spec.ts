import { randomUUID } from 'node:crypto';
import { LAST_ID } from '../../src/kernel/paging/cursor.js';
import { MentionsRepository, type MentionsQuery } from '../../src/modules/messages/mentions.repository.js';
import {
  ThreadSubscriptionsRepository,
  type ThreadsQuery,
} from '../../src/modules/messages/threads/thread-subscriptions.repository.js';
import { MessageQueryRepository } from '../../src/modules/messages/message-query.repository.js';
import {
  expectIndexUsed,
  type QueryPlanCase,
  QueryPlanFixture,
} from '../support/database/query-plan-fixture.js';

/** Conversations of the user, with ten messages each, the first of which has a thread. */
const CONVERSATIONS = 1_000;
/** Replies in the thread of the first message of one further conversation with many members. */
const REPLIES = 10_000;
const MEMBERS = 1_000;
const FOLLOWED = CONVERSATIONS + 1;
const [ME, OTHER, ANOTHER] = [randomUUID(), randomUUID(), randomUUID()];
const [BIG, ROOT] = [randomUUID(), randomUUID()];
/** Position far behind the first page. */
const DEEP = 'c0000000-0000-4000-8000-000000000000';
const LIMIT = 51;

const FILL = `
  INSERT INTO users (id, tms_user_id) VALUES ('${ME}', 'me'), ('${OTHER}', 'other'), ('${ANOTHER}', 'another');
  INSERT INTO users (id, tms_user_id) SELECT gen_random_uuid(), 'user-' || n FROM generate_series(3, ${MEMBERS}) n;
  INSERT INTO conversations (id, type, created_by) SELECT gen_random_uuid(), 'group', '${ME}' FROM generate_series(1, ${CONVERSATIONS});
  INSERT INTO conversations (id, type) VALUES ('${BIG}', 'group');
  INSERT INTO conversation_members (conversation_id, user_id, version) SELECT '${BIG}', id, 1 FROM users;
  INSERT INTO conversation_members (conversation_id, user_id, version)
    SELECT id, '${ME}', row_number() OVER () FROM conversations WHERE created_by = '${ME}';
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, thread_reply_count, thread_last_reply_seq, mentions_all)
    SELECT gen_random_uuid(), id, n, 11, CASE n % 2 WHEN 0 THEN '${OTHER}' ELSE '${ANOTHER}' END::uuid, 'Message ' || n, (n = 1)::int, CASE n WHEN 1 THEN 2 END, n = 4
    FROM conversations, generate_series(1, 10) n WHERE id <> '${BIG}';
  UPDATE messages SET thread_root_id = root.id FROM messages root
    WHERE messages.seq = 2 AND root.conversation_id = messages.conversation_id AND root.seq = 1;
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, thread_reply_count, thread_last_reply_seq)
    VALUES ('${ROOT}', '${BIG}', 1, ${REPLIES + 2}, '${OTHER}', 'Root', ${REPLIES}, ${REPLIES + 1});
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, thread_root_id, mentions_all)
    SELECT gen_random_uuid(), '${BIG}', n, n + 1, CASE n % 2 WHEN 0 THEN '${OTHER}' ELSE '${ANOTHER}' END::uuid, 'Reply ' || n, '${ROOT}', n % 50 = 7 FROM generate_series(2, ${REPLIES + 1}) n;
  INSERT INTO thread_subscriptions (thread_root_id, user_id, conversation_id, following, last_read_seq, version)
    SELECT id, '${ME}', conversation_id, true, 0, row_number() OVER () FROM messages WHERE thread_last_reply_seq > 0;
  INSERT INTO thread_subscriptions (thread_root_id, user_id, conversation_id, following, last_read_seq, version)
    SELECT '${ROOT}', user_id, '${BIG}', true, 0, 1 FROM conversation_members WHERE conversation_id = '${BIG}' AND user_id <> '${ME}';
  INSERT INTO message_mentions SELECT id, '${ME}', conversation_id, seq, false FROM messages WHERE seq = 3 AND conversation_id <> '${BIG}';
  INSERT INTO message_mentions SELECT messages.id, someone.id, conversation_id, seq, true
    FROM messages CROSS JOIN (SELECT id FROM users WHERE id <> '${ME}' LIMIT 5) someone WHERE conversation_id = '${BIG}' AND seq % 5 = 1`;

interface Repositories {
  subscriptions: ThreadSubscriptionsRepository;
  messages: MessageQueryRepository;
  mentions: MentionsRepository;
}

const THREAD_INDEX = 'messages_thread_root_id_seq_idx';
const SUBSCRIPTIONS_INDEX = 'thread_subscriptions_user_id_version_idx';
const MENTIONS_INDEX = 'message_mentions_user_id_message_id_idx';
const MENTIONS_ALL_INDEX = 'messages_mentions_all_id_idx';
const MAIN_INDEX = 'messages_main_idx';
const reader = { conversationId: BIG, userId: ME, timeline: 'main' } as const;
const threads: ThreadsQuery = {
  userId: ME,
  filter: 'all',
  before: { lastActivityAt: new Date('2100-01-01'), id: LAST_ID },
  limit: LIMIT,
};
const mentions: MentionsQuery = { userId: ME, conversationId: undefined, before: LAST_ID, limit: LIMIT };

const CASES: QueryPlanCase<Repositories>[] = [
  [
    'the main timeline of a conversation with a long thread',
    ({ messages }) => messages.findBefore(reader, REPLIES + 2, LIMIT),
    MAIN_INDEX,
    1,
  ],
  [
    'the newest messages of a conversation with a long thread',
    ({ messages }) => messages.findNewestMessages(ME, [BIG], LIMIT),
    MAIN_INDEX,
    1,
  ],
  [
    'a page before a reply',
    ({ messages }) => messages.findRepliesBefore(ME, ROOT, 5_000, LIMIT),
    THREAD_INDEX,
    LIMIT,
  ],
  [
    'a page after a reply',
    ({ messages }) => messages.findRepliesAfter(ME, ROOT, 5_000, LIMIT),
    THREAD_INDEX,
    LIMIT,
  ],
  [
    'the unread count of a thread',
    ({ subscriptions }) => subscriptions.findSubscriptions(ROOT, [ME]),
    THREAD_INDEX,
    REPLIES,
  ],
  [
    'the unread counts of all threads',
    ({ subscriptions }) => subscriptions.findUnreadThreads(ME),
    THREAD_INDEX,
    REPLIES + FOLLOWED,
  ],
  [
    'the followed threads of a user',
    ({ subscriptions }) => subscriptions.findUnreadThreads(ME),
    SUBSCRIPTIONS_INDEX,
    FOLLOWED,
  ],
  [
    'a page of threads of a user',
    ({ subscriptions }) => subscriptions.findThreadsBefore(threads),
    SUBSCRIPTIONS_INDEX,
    FOLLOWED,
  ],
  [
    'a page of changed thread subscriptions',
    ({ subscriptions }) => subscriptions.findChangedAfter(ME, FOLLOWED - 20, LIMIT),
    SUBSCRIPTIONS_INDEX,
    20,
  ],
  [
    'the changed threads of a conversation',
    ({ subscriptions }) => subscriptions.findChangedInConversations(ME, [{ id: BIG, version: 10 }], [ROOT]),
    SUBSCRIPTIONS_INDEX,
    FOLLOWED,
  ],
  ['the newest mentions of a user', (of) => of.mentions.findMentions(mentions), MENTIONS_INDEX, LIMIT],
  [
    'older mentions of a user',
    (of) => of.mentions.findMentions({ ...mentions, before: DEEP }),
    MENTIONS_INDEX,
    LIMIT,
  ],
  [
    'the newest mentions of all members',
    (of) => of.mentions.findMentions(mentions),
    MENTIONS_ALL_INDEX,
    CONVERSATIONS + LIMIT + 1,
  ],
  [
    'older mentions of all members in one conversation',
    (of) => of.mentions.findMentions({ ...mentions, conversationId: BIG, before: DEEP }),
    MENTIONS_ALL_INDEX,
    LIMIT,
  ],
];

describe('An index serves', () => {
  let fixture: QueryPlanFixture;

  beforeAll(async () => (fixture = await QueryPlanFixture.open(FILL)));
  afterAll(() => fixture.close());

  it.each(CASES)('%s', async (_title, runQuery, index, maxEntries) => {
    const scans = await fixture.scansOf((database) =>
      runQuery({
        subscriptions: new ThreadSubscriptionsRepository(database),
        messages: new MessageQueryRepository(database),
        mentions: new MentionsRepository(database),
      }),
    );
    expectIndexUsed(scans, index, maxEntries);
    expect(scans.filter(({ type, table }) => type === 'Seq Scan' && table === 'messages')).toEqual([]);
  });
});

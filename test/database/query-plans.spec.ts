import { randomUUID } from 'node:crypto';
import { BlocksRepository } from '../../src/modules/blocks/blocks.repository.js';
import { ConversationsRepository } from '../../src/modules/conversations/conversations.repository.js';
import { MembersRepository } from '../../src/modules/conversations/members/members.repository.js';
import { ReceiptsRepository } from '../../src/modules/conversations/memberships/receipts.repository.js';
import {
  ConversationQueryRepository,
  type ConversationPageQuery,
} from '../../src/modules/conversations/conversation-query.repository.js';
import { MessageQueryRepository } from '../../src/modules/messages/message-query.repository.js';
import {
  MessageReceiptsRepository,
  type ReceiptMessageRow,
} from '../../src/modules/messages/message-receipts.repository.js';
import type { ReservedConnection } from '../../src/kernel/database/reserved-connection.js';
import { UserQueryRepository } from '../../src/modules/users/user-query.repository.js';
import { ScheduledMessagesRepository } from '../../src/modules/scheduled-messages/scheduled-messages.repository.js';
import { TypingRepository } from '../../src/modules/typing/typing.repository.js';
import {
  expectIndexUsed,
  type QueryPlanCase,
  QueryPlanFixture,
} from '../support/database/query-plan-fixture.js';
import type { Scan } from '../support/database/query-plans.js';
import { queryNumber } from '../support/database/sql.js';

/** Number of messages in the large conversation. */
const [MESSAGES, MEMBERS] = [20_000, 2_000];
/** Number of other conversations of the user, with ten messages each. */
const CONVERSATIONS = 1_000;
const CHANNELS = 2_000;
/** Number of users with a changed profile. */
const PROFILE_CHANGES = 20;
const [ME, OTHER] = [randomUUID(), randomUUID()].sort() as [string, string];
const BIG = randomUUID();
/** Position far behind the first page. */
const DEEP = 'c0000000-0000-4000-8000-000000000000';
const LIMIT = 51;
/** Tables that no statement may read completely. */
const LARGE = ['messages'];

const FILL = `
  INSERT INTO users (id, tms_user_id) VALUES ('${ME}', 'me'), ('${OTHER}', 'other');
  INSERT INTO users (id, tms_user_id, display_name_terms)
    SELECT gen_random_uuid(), 'user-' || n, array_to_tsvector(ARRAY['name', 'surname' || n]) FROM generate_series(3, ${MEMBERS}) n;
  UPDATE users SET display_name = 'New name' WHERE tms_user_id LIKE 'user-10_' OR tms_user_id LIKE 'user-11_';
  INSERT INTO conversations (id, type, dm_user_low, dm_user_high)
    SELECT gen_random_uuid(), 'dm', least(one.id, other.id), greatest(one.id, other.id)
    FROM users one JOIN users other ON one.id IN ('${ME}', '${OTHER}') AND one.id <> other.id
      AND NOT (one.id = '${OTHER}' AND other.id = '${ME}');
  INSERT INTO conversations (id, type, title, last_seq, last_main_seq, version)
    VALUES ('${BIG}', 'group', 'Big', ${MESSAGES}, ${MESSAGES}, ${MESSAGES});
  INSERT INTO conversations (id, type, created_by, client_id, last_seq, last_main_seq, version, last_activity_at)
    SELECT gen_random_uuid(), 'group', '${ME}', 'c' || n, 10, 10, 10, now() - n * interval '1 s' FROM generate_series(1, ${CONVERSATIONS}) n;
  INSERT INTO conversations (id, type, title, title_terms, is_private)
    SELECT gen_random_uuid(), 'channel', 'Channel ' || n, array_to_tsvector(ARRAY['channel', n::text]), false
    FROM generate_series(1, ${CHANNELS}) n;
  INSERT INTO conversation_members (conversation_id, user_id, version) SELECT '${BIG}', id, 1 FROM users;
  INSERT INTO conversation_members (conversation_id, user_id, version)
    SELECT id, '${ME}', row_number() OVER () FROM conversations WHERE type = 'group' AND id <> '${BIG}';
  INSERT INTO conversation_members (conversation_id, user_id)
    SELECT room.id, person.id FROM (SELECT id, row_number() OVER () AS n FROM conversations WHERE type = 'channel') room
    JOIN (SELECT id, row_number() OVER () AS n FROM users WHERE id <> '${ME}') person ON person.n % 400 = room.n % 400;
  INSERT INTO user_blocks (blocker_id, blocked_id)
    SELECT one.id, other.id FROM users one JOIN users other ON one.id <> other.id
      AND (one.id IN ('${ME}', '${OTHER}') OR other.id IN ('${ME}', '${OTHER}'));
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, type, created_at, content, deleted_at)
    SELECT gen_random_uuid(), '${BIG}', n, n, '${OTHER}', CASE n % 50 WHEN 1 THEN 'system' ELSE 'text' END,
      now() + n * interval '1 s', CASE n % 50 WHEN 0 THEN NULL ELSE 'Message ' || n END, CASE n % 50 WHEN 0 THEN now() END
    FROM generate_series(1, ${MESSAGES}) n;
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, type, content)
    SELECT gen_random_uuid(), id, n, n, '${OTHER}', 'text', 'Message ' || n
    FROM conversations, generate_series(1, 10) n WHERE created_by = '${ME}';
  INSERT INTO scheduled_messages (id, sender_id, conversation_id, content, send_at, state, error_code, updated_at, version)
    SELECT gen_random_uuid(), '${ME}', '${BIG}', CASE WHEN n > 20 THEN 'Later' END, now(),
      CASE WHEN n > 30 THEN 'scheduled' WHEN n > 20 THEN 'failed' ELSE 'sent' END, CASE WHEN n BETWEEN 21 AND 30 THEN 'forbidden' END,
      now() - interval '31 days', n
    FROM generate_series(1, 2000) n`;

interface Repositories {
  blocks: BlocksRepository;
  conversations: ConversationsRepository;
  members: MembersRepository;
  messages: MessageQueryRepository;
  messageReceipts: MessageReceiptsRepository;
  receipts: ReceiptsRepository;
  scheduled: ScheduledMessagesRepository;
  typing: TypingRepository;
  users: UserQueryRepository;
  views: ConversationQueryRepository;
}

const page: ConversationPageQuery = { userId: ME, filter: 'inbox', direction: 'older', limit: LIMIT };
const RECEIVED: ReceiptMessageRow = {
  id: randomUUID(),
  conversation_id: BIG,
  seq: 10_000,
  sender_id: OTHER,
  thread_root_id: null,
  is_dm: false,
  has_receipts: true,
};
const READER = { conversationId: BIG, userId: ME };
const SEQ = 'messages_conversation_id_seq_key';
const MAIN = 'messages_main_idx';
const UNREAD = 'messages_unread_idx';
const COUNTER = 'conversation_members_user_id_version_idx';
const FINISHED = 'scheduled_messages_finished_idx';

const CASES: QueryPlanCase<Repositories>[] = [
  [
    'a page of all messages before a message',
    ({ messages }) => messages.findBefore({ ...READER, timeline: 'all' }, 10_000, LIMIT),
    SEQ,
    LIMIT,
  ],
  [
    'a page of all messages after a message',
    ({ messages }) => messages.findAfter({ ...READER, timeline: 'all' }, 10_000, LIMIT),
    SEQ,
    LIMIT,
  ],
  [
    'a page of the main timeline before a message',
    ({ messages }) => messages.findBefore({ ...READER, timeline: 'main' }, 10_000, LIMIT),
    MAIN,
    LIMIT,
  ],
  [
    'a page of the main timeline after a message',
    ({ messages }) => messages.findAfter({ ...READER, timeline: 'main' }, 10_000, LIMIT),
    MAIN,
    LIMIT,
  ],
  ['the newest messages', ({ messages }) => messages.findNewestMessages(ME, [BIG], LIMIT), MAIN, LIMIT],
  [
    'the changes between two versions',
    ({ messages }) =>
      messages.findChangedMessages(ME, [{ conversationId: BIG, after: 10_000, upTo: 10_040 }], LIMIT),
    'messages_conversation_id_version_idx',
    LIMIT,
  ],
  [
    'the largest page of changes since a version',
    ({ messages }) =>
      messages.findChangedMessages(ME, [{ conversationId: BIG, after: 100, upTo: MESSAGES }], LIMIT),
    'messages_conversation_id_version_idx',
    LIMIT,
  ],
  ['the unread count of one conversation', ({ views }) => views.findMembership(BIG, ME), UNREAD, MESSAGES],
  [
    'the unread counts of all conversations',
    ({ views }) => views.listUnreadCounts(ME),
    UNREAD,
    MESSAGES + 10 * CONVERSATIONS,
  ],
  ['the memberships of a user', ({ views }) => views.listUnreadCounts(ME), COUNTER, CONVERSATIONS + 1],
  [
    'a page of conversations of a user',
    ({ views }) => views.listConversations(page),
    UNREAD,
    MESSAGES + 10 * LIMIT,
  ],
  ['the last messages of a page of conversations', ({ views }) => views.listConversations(page), SEQ, LIMIT],
  [
    'a page of changed memberships',
    ({ views }) => views.listConversations({ ...page, filter: 'all', changedAfter: CONVERSATIONS - 20 }),
    COUNTER,
    20,
  ],
  [
    'a page of members',
    ({ members }) => members.listMembersAfter(BIG, DEEP, LIMIT),
    'conversation_members_pkey',
    LIMIT,
  ],
  [
    'the first members',
    ({ members }) => members.findFirstMembers([BIG], LIMIT),
    'conversation_members_pkey',
    LIMIT,
  ],
  [
    'the members of a conversation',
    ({ conversations }) => conversations.findMembershipContext(BIG, ME),
    'conversation_members_pkey',
    1,
  ],
  [
    'the connected members of a conversation',
    ({ members }) => members.getMembersAmong(BIG, [ME, OTHER, DEEP]),
    'conversation_members_pkey',
    2,
  ],
  [
    'a page of receipts',
    ({ messageReceipts }) => messageReceipts.findReceipts(RECEIVED, ME, DEEP, LIMIT),
    'conversation_members_pkey',
    LIMIT,
  ],
  [
    'the receipts of changed members',
    ({ receipts }) => receipts.findMemberReceipts([BIG], [ME], 0),
    'conversation_members_pkey',
    1,
  ],
  [
    'the member limit of typing indicators',
    ({ typing }) => typing.findTypingContext(BIG, undefined, ME, 100),
    'conversations_pkey',
    1,
  ],
  [
    'the changed profiles of a sync',
    ({ users }) => users.findChangedContacts(ME, new Date('2020-01-01')),
    'users_profile_changed_at_idx',
    PROFILE_CHANGES,
  ],
  ['failed scheduled messages', ({ scheduled }) => scheduled.listFailedBefore(30, LIMIT), FINISHED, 30],
  ['finished scheduled messages', ({ scheduled }) => scheduled.deleteFinishedBefore(30, LIMIT), FINISHED, 30],
  ['a page of blocks', ({ blocks }) => blocks.listBlocks(ME, DEEP, LIMIT), 'user_blocks_pkey', LIMIT],
  [
    'a DM',
    ({ views }) => views.findDirectMessageId(ME, OTHER),
    'conversations_dm_user_low_dm_user_high_key',
    1,
  ],
  [
    'a conversation by its clientId',
    ({ conversations }) => conversations.findByClientId(ME, 'c500'),
    'conversations_created_by_client_id_key',
    1,
  ],
  [
    'the first page of channels',
    ({ views }) => views.listChannels(ME, null, null, LIMIT),
    'conversations_public_idx',
    LIMIT,
  ],
  [
    'a later page of channels',
    ({ views }) => views.listChannels(ME, null, { title: 'channel 5', id: DEEP }, LIMIT),
    'conversations_public_idx',
    LIMIT + 1,
  ],
  [
    'channels by the beginning of a word of the title',
    ({ views }) => views.listChannels(ME, ['15'], null, LIMIT),
    'conversations_title_terms_idx',
    111,
  ],
  [
    'users by the beginning of a word of a name',
    ({ users }) => users.listUsersByNameTerms(['surname15'], LIMIT),
    'users_name_terms_idx',
    111,
  ],
];

describe('An index serves', () => {
  let fixture: QueryPlanFixture;

  beforeAll(async () => (fixture = await QueryPlanFixture.open(FILL)));
  afterAll(() => fixture.close());

  const scansOf = (runQuery: QueryPlanCase<Repositories>[1]): Promise<Scan[]> =>
    fixture.scansOf((database) =>
      runQuery({
        blocks: new BlocksRepository(database),
        conversations: new ConversationsRepository(database),
        members: new MembersRepository(database),
        messages: new MessageQueryRepository(database),
        messageReceipts: new MessageReceiptsRepository(database),
        receipts: new ReceiptsRepository(database),
        scheduled: new ScheduledMessagesRepository(database),
        typing: new TypingRepository(database),
        users: new UserQueryRepository(database, database as unknown as ReservedConnection),
        views: new ConversationQueryRepository(database),
      }),
    );

  it.each(CASES)('%s', async (_title, runQuery, index, maxEntries) => {
    const scans = await scansOf(runQuery);
    expectIndexUsed(scans, index, maxEntries);
    expect(scans.filter(({ type, table }) => type === 'Seq Scan' && LARGE.includes(table))).toEqual([]);
  });

  it('the unread counts alone, without reading messages', async () => {
    const [count] = (await scansOf(({ views }) => views.findMembership(BIG, ME))).filter(
      ({ index }) => index === UNREAD,
    );
    expect(count).toMatchObject({ type: 'Index Only Scan', heapFetches: 0 });
    const unread = await queryNumber(
      fixture.client,
      `SELECT unread FROM unread_counts('${BIG}', '${ME}', 0)`,
    );
    expect(unread).toBe(MESSAGES - (2 * MESSAGES) / 50);
    expect(count!.rowsRead).toBe(unread);
  });

  it('the statements of the SQL functions at each repetition', async () => {
    const scans = async (): Promise<number> => {
      await fixture.client.query('SELECT pg_stat_force_next_flush()');
      const [tables, sum] = [`('messages', 'conversation_members')`, 'sum(seq_scan)::int'];
      return queryNumber(fixture.client, `SELECT ${sum} FROM pg_stat_user_tables WHERE relname IN ${tables}`);
    };
    const before = await scans();
    for (let seq = MESSAGES - 20; seq <= MESSAGES; seq++) {
      await fixture.client.query(`SELECT update_read_state('${BIG}', '${ME}', 'read', ${seq}, 0)`);
      await fixture.client.query(
        `SELECT append_message(gen_random_uuid(), '${BIG}', '${OTHER}', 'text', 'More', NULL, NULL, NULL, NULL, NULL, 'c${seq}')`,
      );
    }
    expect(await scans()).toBe(before);
  });
});

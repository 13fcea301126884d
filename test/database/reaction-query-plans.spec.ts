import { randomUUID } from 'node:crypto';
import { MessageQueryRepository } from '../../src/modules/messages/message-query.repository.js';
import type { Config } from '../../src/kernel/config/config.js';
import { MessagesRepository } from '../../src/modules/messages/messages.repository.js';
import { PinsRepository } from '../../src/modules/messages/pins/pins.repository.js';
import { ReactionsRepository } from '../../src/modules/messages/reactions/reactions.repository.js';
import {
  expectIndexUsed,
  type QueryPlanCase,
  QueryPlanFixture,
} from '../support/database/query-plan-fixture.js';

const [MESSAGE_COUNT, USER_COUNT, PIN_COUNT, REVISION_COUNT] = [20_000, 2_000, 250, 1_000];
const [ME, GROUP] = [randomUUID(), randomUUID()];
/** Message with a reaction of every member, with one of two emojis, and with many revisions. */
const MESSAGE_WITH_MANY_REACTIONS = randomUUID();
const DEEP = 'c0000000-0000-4000-8000-000000000000';
const LIMIT = 51;

/** Every second message has one reaction and one revision. */
const FILL = `
  INSERT INTO users (id, tms_user_id) SELECT CASE n WHEN 1 THEN '${ME}'::uuid ELSE gen_random_uuid() END, 'user-' || n
    FROM generate_series(1, ${USER_COUNT}) n;
  INSERT INTO conversations (id, type, last_seq, version) VALUES ('${GROUP}', 'group', ${MESSAGE_COUNT}, ${MESSAGE_COUNT});
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, pinned_at)
    SELECT CASE n WHEN 1 THEN '${MESSAGE_WITH_MANY_REACTIONS}'::uuid ELSE gen_random_uuid() END, '${GROUP}', n, n, '${ME}', 'Message ' || n,
      CASE WHEN n <= ${PIN_COUNT} THEN now() + n * interval '1 s' END
    FROM generate_series(1, ${MESSAGE_COUNT}) n;
  INSERT INTO message_reactions (message_id, user_id, emoji) SELECT id, '${ME}', '👍' FROM messages WHERE seq % 2 = 0;
  INSERT INTO message_reactions (message_id, user_id, emoji, created_at)
    SELECT '${MESSAGE_WITH_MANY_REACTIONS}', id, CASE WHEN n % 2 = 0 THEN '👍' ELSE '❤️' END, now() + n * interval '1 s'
    FROM (SELECT id, row_number() OVER () AS n FROM users) person;
  INSERT INTO message_edits (message_id, version, content, written_at)
    SELECT id, seq, 'Before', now() FROM messages WHERE seq % 2 = 0 UNION ALL
    SELECT '${MESSAGE_WITH_MANY_REACTIONS}', n, 'Text ' || n, now() FROM generate_series(1, ${REVISION_COUNT}) n`;

interface Repositories {
  messageQueries: MessageQueryRepository;
  pins: PinsRepository;
  reactions: ReactionsRepository;
}

const reader = { conversationId: GROUP, userId: ME };
const place = (emoji: string): { emoji: string; created_at: Date; user_id: string } => ({
  emoji,
  created_at: new Date(Date.now() + 500_000),
  user_id: DEEP,
});
const PINS_INDEX = 'messages_pinned_idx';
const REACTIONS_INDEX = 'message_reactions_message_id_emoji_created_at_user_id_idx';

const CASES: QueryPlanCase<Repositories>[] = [
  [
    'the first pins',
    ({ pins }) => pins.findPinsBefore(reader, { pinnedAt: new Date('9999-01-01'), id: DEEP }, LIMIT),
    PINS_INDEX,
    LIMIT,
  ],
  [
    'a later page of pins',
    ({ pins }) => pins.findPinsBefore(reader, { pinnedAt: new Date(Date.now() + 100_000), id: DEEP }, LIMIT),
    PINS_INDEX,
    LIMIT,
  ],
  ['the number of pins', ({ pins }) => pins.countPins(GROUP), PINS_INDEX, PIN_COUNT],
  [
    'a page of reactions',
    ({ reactions }) => reactions.findReactions(MESSAGE_WITH_MANY_REACTIONS, place('❤️'), LIMIT),
    REACTIONS_INDEX,
    LIMIT,
  ],
  [
    'a page of reactions with one emoji',
    ({ reactions }) => reactions.findReactionsWithEmoji(MESSAGE_WITH_MANY_REACTIONS, place('👍'), LIMIT),
    REACTIONS_INDEX,
    LIMIT,
  ],
  [
    'a page of revisions',
    ({ messageQueries }) => messageQueries.findRevisions(MESSAGE_WITH_MANY_REACTIONS, 500, LIMIT),
    'message_edits_pkey',
    LIMIT,
  ],
];

describe('An index serves', () => {
  let fixture: QueryPlanFixture;

  beforeAll(async () => (fixture = await QueryPlanFixture.open(FILL)));
  afterAll(() => fixture.close());

  it.each(CASES)('%s', async (_title, runQuery, index, maxEntries) => {
    const scans = await fixture.scansOf((database) => {
      const messages = new MessagesRepository({ receiptsMaxMembers: 0 } as Config, database);
      return runQuery({
        messageQueries: new MessageQueryRepository(database),
        pins: new PinsRepository(database, messages),
        reactions: new ReactionsRepository(database, messages),
      });
    });
    expectIndexUsed(scans, index, maxEntries);
    const empty = 'message_flags';
    expect(scans.filter(({ type, table }) => type === 'Seq Scan' && table !== empty)).toEqual([]);
  });

  it('the deletion of old revisions', async () => {
    const scans = await fixture.scansOf((database) =>
      new MessagesRepository({ editHistoryMax: 100 } as Config, database).deleteOldRevisions(
        MESSAGE_WITH_MANY_REACTIONS,
      ),
    );
    const [newest, deleted, ...others] = scans.filter(({ type }) => type !== 'ModifyTable');
    for (const scan of [newest, deleted]) expect(scan).toMatchObject({ index: 'message_edits_pkey' });
    expect([newest!.rowsRead + deleted!.rowsRead <= 201, others]).toEqual([true, []]);
  });
});

import { randomUUID } from 'node:crypto';
import { AttachmentsRepository } from '../../src/modules/attachments/attachments.repository.js';
import { AttachmentCleanupRepository } from '../../src/modules/attachments/attachment-cleanup.repository.js';
import { MEDIA_MESSAGE_TYPES } from '../../src/modules/messages/dto/list-messages.dto.js';
import { MessageQueryRepository } from '../../src/modules/messages/message-query.repository.js';
import { expectIndexUsed, QueryPlanFixture } from '../support/database/query-plan-fixture.js';
import type { Scan } from '../support/database/query-plans.js';

const [MESSAGES, FILES] = [20_000, 20_000];
const [ME, OTHER, BIG, FILE] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const LIMIT = 51;

/**
 * Every hundredth message of one conversation has media. The user owns a tenth of the files, of which nearly
 * all are in messages.
 */
const FILL = `
  INSERT INTO users (id, tms_user_id) VALUES ('${ME}', 'me'), ('${OTHER}', 'other');
  INSERT INTO conversations (id, type, last_seq, last_main_seq, version)
    VALUES ('${BIG}', 'group', ${MESSAGES}, ${MESSAGES}, ${MESSAGES});
  INSERT INTO conversation_members (conversation_id, user_id) VALUES ('${BIG}', '${ME}'), ('${BIG}', '${OTHER}');
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, type, content, media)
    SELECT gen_random_uuid(), '${BIG}', n, n, '${OTHER}',
      CASE WHEN n % 100 > 0 THEN 'text' WHEN n % 1000 = 0 THEN 'voice' ELSE 'image' END, 'Message ' || n,
      CASE n % 100 WHEN 0 THEN '[]'::jsonb END
    FROM generate_series(1, ${MESSAGES}) n;
  INSERT INTO attachments (id, owner_id, state, kind, mime_type, size, filename, linked_at, client_id)
    SELECT CASE n WHEN 10 THEN '${FILE}'::uuid ELSE gen_random_uuid() END,
      CASE n % 10 WHEN 0 THEN '${ME}'::uuid ELSE '${OTHER}' END, 'ready', 'file', 'text/plain', 1, 'a.txt',
      CASE WHEN n > 100 THEN now() END, 'c' || n
    FROM generate_series(1, ${FILES}) n;
  INSERT INTO attachment_links (message_id, position, attachment_id, conversation_id)
    SELECT m.id, 0, a.id, '${BIG}' FROM (SELECT id, row_number() OVER () AS n FROM attachments WHERE linked_at IS NOT NULL) a
    JOIN messages m ON m.seq = a.n WHERE m.conversation_id = '${BIG}';
  INSERT INTO message_flags (user_id, message_id, conversation_id, seq, saved_at, version)
    SELECT CASE seq % 200 WHEN 0 THEN '${ME}'::uuid ELSE '${OTHER}' END, id, '${BIG}', seq, now(), seq FROM messages;
  UPDATE attachments SET created_at = now() - interval '2 days' WHERE client_id IN ('c1', 'c2', 'c3');
  UPDATE attachments SET unlinked_at = now() WHERE client_id IN ('c200', 'c201')`;

interface Repositories {
  attachments: AttachmentsRepository;
  messages: MessageQueryRepository;
  cleanup: AttachmentCleanupRepository;
}

type Case = [
  title: string,
  runQuery: (of: Repositories) => Promise<unknown>,
  index: string,
  maxEntries: number,
];

const GALLERY = 'messages_conversation_id_type_seq_idx';
const CASES: Case[] = [
  [
    'the first page of media messages',
    ({ messages }) =>
      messages.findMediaBefore({ conversationId: BIG, userId: ME }, MEDIA_MESSAGE_TYPES, 2 ** 53 - 1, LIMIT),
    GALLERY,
    4 * LIMIT,
  ],
  [
    'a later page of media messages',
    ({ messages }) =>
      messages.findMediaBefore({ conversationId: BIG, userId: ME }, MEDIA_MESSAGE_TYPES, 9_000, LIMIT),
    GALLERY,
    4 * LIMIT,
  ],
  [
    'a page of media messages of one type',
    ({ messages }) => messages.findMediaBefore({ conversationId: BIG, userId: ME }, ['voice'], 19_000, 11),
    GALLERY,
    11,
  ],
  [
    'a page of a type without messages',
    ({ messages }) => messages.findMediaBefore({ conversationId: BIG, userId: ME }, ['video'], 19_000, LIMIT),
    GALLERY,
    0,
  ],
  ['a readable file', ({ attachments }) => attachments.listReadable([FILE], ME), 'attachments_pkey', 1],
  [
    'a file by its clientId',
    ({ attachments }) => attachments.findUploadByClientId(ME, 'c10'),
    'attachments_owner_id_client_id_key',
    1,
  ],
  [
    'the upload quota of a user',
    ({ attachments }) => attachments.sumBytes(ME),
    'attachments_owner_id_size_idx',
    FILES / 10,
  ],
  [
    'the attachments that were never linked',
    ({ cleanup }) => cleanup.lockCandidates(500),
    'attachments_unused_idx',
    100,
  ],
  [
    'the attachments that are no longer linked',
    ({ cleanup }) => cleanup.lockCandidates(500),
    'attachments_unlinked_idx',
    2,
  ],
];

describe('An index serves', () => {
  let fixture: QueryPlanFixture;

  beforeAll(async () => (fixture = await QueryPlanFixture.open(FILL)));
  afterAll(() => fixture.close());

  const scansOf = (runQuery: Case[1]): Promise<Scan[]> =>
    fixture.scansOf((database) =>
      runQuery({
        attachments: new AttachmentsRepository(database),
        messages: new MessageQueryRepository(database),
        cleanup: new AttachmentCleanupRepository(database),
      }),
    );

  it.each(CASES)('%s', async (_title, runQuery, index, maxEntries) => {
    const scans = await scansOf(runQuery);
    expectIndexUsed(scans, index, maxEntries);
    const scannedTables = scans.filter(({ type }) => type === 'Seq Scan').map(({ table }) => table);
    expect(scannedTables.filter((table) => /messages|attachment/.test(table))).toEqual([]);
  });
});

import { randomUUID } from 'node:crypto';
import { IndexerRepository } from '../../src/modules/search/indexer.repository.js';
import { SearchRepository, type BlockResults } from '../../src/modules/search/search.repository.js';
import { SearchResultsService } from '../../src/modules/search/search-results.service.js';
import {
  expectIndexUsed,
  type QueryPlanCase,
  QueryPlanFixture,
} from '../support/database/query-plan-fixture.js';
import { clientDatabase } from '../support/database/sql.js';

/** Messages of the large conversation. */
const MESSAGES = 20_000;
/** Other conversations of the user, with ten messages each. */
const CONVERSATIONS = 1_000;
/** Blocks of conversations of other users. */
const OTHERS = 50_000;
const [ME, OTHER, BIG] = [randomUUID(), randomUUID(), randomUUID()];
const LIMIT = 51;
/** Tables that no statement may read completely. */
const LARGE = ['messages', 'message_search', 'search_blocks'];

const FILL = `
  INSERT INTO users (id, tms_user_id) VALUES ('${ME}', 'me'), ('${OTHER}', 'other');
  INSERT INTO conversations (id, type) VALUES ('${BIG}', 'group');
  INSERT INTO conversations (id, type) SELECT gen_random_uuid(), 'group' FROM generate_series(1, ${CONVERSATIONS});
  INSERT INTO conversation_members (conversation_id, user_id) SELECT id, '${ME}' FROM conversations;
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, created_at, content)
    SELECT gen_random_uuid(), '${BIG}', n, n, '${OTHER}', now() + n * interval '1 s', 'Message ' || n
    FROM generate_series(1, ${MESSAGES}) n;
  INSERT INTO messages (id, conversation_id, seq, version, sender_id, content)
    SELECT gen_random_uuid(), id, n, n, '${OTHER}', 'Message ' || n
    FROM conversations, generate_series(1, 10) n WHERE id <> '${BIG}';
  INSERT INTO message_search (message_id, conversation_id, seq, sender_id, type, created_at, terms)
    SELECT id, conversation_id, seq, sender_id, type, created_at, array_to_tsvector(ARRAY(
      SELECT search_prefix(conversation_id, search_block(seq)) || term
      FROM unnest(ARRAY['message', seq::text, CASE seq % 10 WHEN 0 THEN 'tenth' ELSE 'other' END]) term))
    FROM messages WHERE content IS NOT NULL;
  INSERT INTO search_blocks SELECT conversation_id, search_block(seq), min(created_at), max(created_at)
    FROM messages WHERE content IS NOT NULL GROUP BY 1, 2;
  INSERT INTO search_blocks SELECT gen_random_uuid(), 0, now(), now() FROM generate_series(1, ${OTHERS})`;

interface Repositories {
  search: SearchRepository;
  indexer: IndexerRepository;
}

const TERMS_INDEX = 'message_search_terms_idx';
const searchQuery = { userId: ME, limit: LIMIT };
const BLOCK_SIZE = 1_024;
const BLOCKS = Math.ceil((MESSAGES + 1) / BLOCK_SIZE);
const ALL_BLOCKS = Array.from({ length: BLOCKS }, (_, block) => ({
  conversation_id: BIG,
  block,
  last_at: new Date(),
}));
const NEWEST_BLOCK = ALL_BLOCKS.at(-1)!;

const CASES: QueryPlanCase<Repositories>[] = [
  [
    'the blocks of a search in all conversations',
    ({ search }) => search.listSearchBlocks({ ...searchQuery, terms: [] }, undefined, 1_001),
    'search_blocks_pkey',
    CONVERSATIONS + BLOCKS + 1,
  ],
  [
    'the blocks of a search in one conversation',
    ({ search }) =>
      search.listSearchBlocks({ ...searchQuery, conversationId: BIG, terms: [] }, undefined, 1_001),
    'search_blocks_pkey',
    BLOCKS,
  ],
  [
    'a search for a frequent word in one block',
    ({ search }) => search.findInBlocks({ ...searchQuery, terms: ['message'] }, [NEWEST_BLOCK], undefined),
    TERMS_INDEX,
    BLOCK_SIZE,
  ],
  [
    'a search for two words in one block',
    ({ search }) =>
      search.findInBlocks({ ...searchQuery, terms: ['mess', 'tenth'] }, [NEWEST_BLOCK], undefined),
    TERMS_INDEX,
    BLOCK_SIZE / 10,
  ],
  [
    'a search for a frequent word in many blocks',
    ({ search }) => search.findInBlocks({ ...searchQuery, terms: ['message'] }, ALL_BLOCKS, undefined),
    TERMS_INDEX,
    3 * BLOCK_SIZE,
  ],
  [
    'a search for a rare word in all blocks of a conversation',
    ({ search }) => search.findInBlocks({ ...searchQuery, terms: ['7777'] }, ALL_BLOCKS, undefined),
    TERMS_INDEX,
    1,
  ],
  [
    'the index queue',
    ({ indexer }) => indexer.claimQueueEntries(LIMIT, []),
    'search_index_queue_pkey',
    LIMIT,
  ],
  ['the texts of the index queue', ({ indexer }) => indexer.listUnindexed([ME, OTHER]), 'messages_pkey', 0],
];

describe('An index serves', () => {
  let fixture: QueryPlanFixture;

  beforeAll(async () => (fixture = await QueryPlanFixture.open(FILL)));
  afterAll(() => fixture.close());

  it.each(CASES)('%s', async (_title, runQuery, index, maxEntries) => {
    const scans = await fixture.scansOf((database) =>
      runQuery({ search: new SearchRepository(database), indexer: new IndexerRepository(database) }),
    );
    expectIndexUsed(scans, index, maxEntries);
    expect(scans.filter(({ type, table }) => type === 'Seq Scan' && LARGE.includes(table))).toEqual([]);
  });

  it('a page of a search for a frequent word, which reads few of the blocks', async () => {
    const search = new SearchRepository(clientDatabase(fixture.client));
    const probes = jest.spyOn(search, 'findInBlocks');
    const query = { ...searchQuery, terms: ['message'] };
    const { results } = await new SearchResultsService(search).findResults(query);
    expect(results).toHaveLength(LIMIT);
    expect(probes).toHaveBeenCalledTimes(1);
    const { blockCount } = (await probes.mock.results[0]!.value) as BlockResults;
    expect(blockCount).toBeLessThan(4);
  });
});

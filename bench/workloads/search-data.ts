import type { BenchEnvironment } from '../bench-environment.js';

const CONVERSATIONS = 3_000;
const MESSAGES = 1_000_000;
const CHUNK = 100_000;

/** Every tenth conversation has the user; there `everybody` is rarer, so that it has at most 10,000 hits. */
const HAS_USER = `number % 10 = 0`;
const SEQ = `(n / ${CONVERSATIONS} + 1)`;
/** About twelve words, the k-th most common of 50,000 with a probability of 1/k; every twentieth is in Chinese. */
const CONTENT = `CASE
  WHEN ${SEQ} % 20 = 7 THEN (
    SELECT CASE WHEN n % 3 = 0 THEN '你好' ELSE '' END || string_agg(chr(19968 + floor(600 * random())::int), '')
    FROM generate_series(1, 6 + n % 6))
  ELSE (SELECT string_agg('w' || floor(50000 ^ random())::int, ' ') FROM generate_series(1, 8 + n % 8))
    || CASE WHEN (CASE WHEN ${HAS_USER} THEN ${SEQ} % 11 = 3 ELSE n % 5 < 3 END) THEN ' everybody' ELSE '' END
    || CASE WHEN ${HAS_USER} AND n % 9001 = 0 THEN ' needle' ELSE '' END
  END`;
/** The terms of these contents, as the tokenizer of the server finds them. */
const WORDS = `CASE WHEN ascii(content) < 128 THEN ARRAY(SELECT DISTINCT unnest(string_to_array(content, ' '))) ELSE ARRAY(
  SELECT DISTINCT substr(content, at, 2) FROM generate_series(1, char_length(content)) at) END`;

const TERMS = `array_to_tsvector(ARRAY(
  SELECT search_prefix(conversation_id, search_block(seq)) || word FROM unnest(${WORDS}) word))`;

/** Creates a million messages and their index entries. Returns a conversation of the user. */
export async function fillMessages(environment: BenchEnvironment, userId: string): Promise<string> {
  await environment.disableIndexQueue();
  const [other] = await environment.sql<{ id: string }>(
    `INSERT INTO users (id, tms_user_id) VALUES (gen_random_uuid(), 'other') RETURNING id`,
  );
  await environment.sql('CREATE TABLE places (number int PRIMARY KEY, id uuid)');
  await environment.sql(
    `INSERT INTO places SELECT number, uuidv7() FROM generate_series(0, ${CONVERSATIONS - 1}) number`,
  );
  await environment.sql(
    `INSERT INTO conversations (id, type, title, last_seq, last_main_seq, version)
     SELECT id, 'group', 'Number ' || number, size, size, size + 1
     FROM places, LATERAL (SELECT (${MESSAGES} - number + ${CONVERSATIONS - 1}) / ${CONVERSATIONS} AS size) sized`,
  );
  await environment.sql(
    `INSERT INTO conversation_members (conversation_id, user_id, version)
     SELECT id, $1::uuid, number FROM places UNION ALL SELECT id, $2::uuid, number FROM places WHERE ${HAS_USER}`,
    [other!.id, userId],
  );
  await environment.sql('ANALYZE places');
  for (let first = 0; first < MESSAGES; first += CHUNK)
    await environment.sql(
      `INSERT INTO messages (id, conversation_id, seq, version, sender_id, content, created_at)
       SELECT uuidv7(), id, ${SEQ}, ${SEQ} + 1, $1, ${CONTENT}, now() - (${MESSAGES} - n) * interval '30 s'
       FROM generate_series($2::int, $3::int) n JOIN places ON number = n % ${CONVERSATIONS}`,
      [other!.id, first, first + CHUNK - 1],
    );
  await environment.sql('DROP INDEX message_search_terms_idx');
  await environment.sql(
    `INSERT INTO message_search SELECT id, conversation_id, seq, sender_id, type, created_at, ${TERMS}
     FROM messages`,
  );
  await environment.sql(
    `INSERT INTO search_blocks SELECT conversation_id, search_block(seq), min(created_at), max(created_at)
     FROM messages GROUP BY 1, 2`,
  );
  await environment.sql(
    `SET maintenance_work_mem = '512MB';
     CREATE INDEX message_search_terms_idx ON message_search USING gin (terms) WITH (fastupdate = off)`,
  );
  await environment.sql('VACUUM ANALYZE');
  const [conversation] = await environment.sql<{ id: string }>('SELECT id FROM places WHERE number = 10');
  return conversation!.id;
}

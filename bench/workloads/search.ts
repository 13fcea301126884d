import type { Pool } from 'pg';
import type { Database } from '../../src/kernel/database/database.js';
import { type Sought, SearchRepository } from '../../src/modules/search/search.repository.js';
import { wordsAskedFor } from '../../src/modules/search/tokenizer.js';
import { connectPeople } from '../clients.js';
import type { Lab } from '../lab.js';
import { type AuthUser, interleaved, type Subject } from '../load.js';
import { ownProcess } from '../processor-time.js';
import { atMost, type Report, short, table } from '../report.js';
import { signedFetch } from '../signed-fetch.js';
import { fillWords } from './search-data.js';
import { indexing } from './search-indexing.js';

const MAX_MS = 50;
const MAX_HITS = 10_000;
const PAGE = 20;

interface Question {
  name: string;
  q: string;
  /** Only in one of my conversations. */
  here?: boolean;
  /** The statement of the server, and nothing else. */
  bare?: boolean;
}

const QUESTIONS: Question[] = [
  { name: 'a word that others wrote 500,000 times', q: 'everybody' },
  { name: 'its bare SQL, prepared', q: 'everybody', bare: true },
  { name: 'the same in one conversation', q: 'everybody', here: true },
  { name: 'a common word', q: 'w12' },
  { name: 'three common words', q: 'w1 w2 w3' },
  { name: 'twelve common words', q: 'w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12' },
  { name: 'two Chinese characters', q: '你好' },
  { name: 'a rare word', q: 'needle' },
  { name: 'its bare SQL, prepared, too', q: 'needle', bare: true },
];

/** Somebody in 300 of 3,000 conversations with 1,000,000 messages looks for words, over REST, and the bare SQL of the same. */
export async function search(lab: Lab): Promise<Report> {
  const server = await lab.startServer();
  const [asker] = await connectPeople(server.url, 1);
  const conversationId = await fillWords(lab, asker!.id);
  const read = signedFetch(server.url, 'bench-0');
  const pool = lab.barePool();
  const hits = new Map<string, number>();
  const subjects: Subject[] = [];
  for (const { name, q, here, bare } of QUESTIONS) {
    const sought = { userId: asker!.id, words: wordsAskedFor(q), ...(here ? { conversationId } : {}) };
    hits.set(name, (await bareSearch(pool, { ...sought, limit: 1_000_000 })).length);
    const where = here ? `&conversationId=${conversationId}` : '';
    const path = `/v1/search/messages?q=${encodeURIComponent(q)}&limit=${PAGE}${where}`;
    const ask: AuthUser = bare
      ? async () => void (await bareSearch(pool, { ...sought, limit: PAGE + 1 }))
      : async () => void (await read(path));
    subjects.push({ name, server: bare ? ownProcess : server, callers: [ask] });
  }
  const samples = await interleaved(lab, subjects);
  await pool.end();
  const lines = [...samples].map(([name, { p50, p95, p99, serverMicros, postgresMicros }]) => [
    name,
    whole(hits.get(name)!),
    ...[p50, p95, p99].map(short),
    ...[serverMicros, postgresMicros].map(whole),
  ]);
  const [ours, bare] = QUESTIONS.map(({ name }) => samples.get(name)!.p50);
  const head = ['', 'hits', 'p50 ms', 'p95 ms', 'p99 ms', 'server CPU µs', 'PostgreSQL CPU µs'];
  return {
    title: 'words in 1,000,000 messages, by somebody who is in 300 of 3,000 conversations, over REST',
    table: `${table(head, lines)}\n\n${await indexing(lab, server)}`,
    verdicts: [
      ...QUESTIONS.filter((question) => !question.bare && hits.get(question.name)! <= MAX_HITS).map(
        ({ name }) => atMost(MAX_MS, `${name}, p95 ms`, samples.get(name)!.p95),
      ),
      atMost(2, 'p50 beside its bare SQL', ours! / bare!),
    ],
  };
}

function whole(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}

/** The statement of the server, prepared, by somebody who asks for nothing else. */
async function bareSearch(pool: Pool, sought: Sought): Promise<unknown[]> {
  const { limit, conversationId } = sought;
  const name = `search ${limit} ${conversationId ? 'here' : ''}`;
  const rows = async (text: string, values: unknown[]): Promise<object[]> =>
    (await pool.query<object>({ name, text, values })).rows;
  return new SearchRepository({ rows } as unknown as Database).find(sought);
}

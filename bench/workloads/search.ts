import type { Pool } from 'pg';
import type { Database } from '../../src/kernel/database/database.js';
import { statementName } from '../../src/kernel/database/statement-names.js';
import { type SearchQuery, SearchRepository } from '../../src/modules/search/search.repository.js';
import { tokenizeQuery } from '../../src/kernel/text/tokenizer.js';
import { SearchResultsService } from '../../src/modules/search/search-results.service.js';
import { connectUsers } from '../clients.js';
import type { BenchEnvironment } from '../bench-environment.js';
import { type Operation, interleaved, type Subject } from '../load.js';
import { ownProcess } from '../processor-time.js';
import { atMost, type Report, short, table } from '../report.js';
import { signedFetch } from '../signed-fetch.js';
import { fillMessages } from './search-data.js';
import { indexing } from './search-indexing.js';

const MAX_MS = 50;
const MAX_HITS = 10_000;
const PAGE = 20;

interface Question {
  name: string;
  q: string;
  /** Searches one conversation of the user only. */
  inConversation?: boolean;
  /** Runs only the statements of the server. */
  bare?: boolean;
}

const QUESTIONS: Question[] = [
  { name: 'term with 500,000 hits in other conversations', q: 'everybody' },
  { name: 'bare SQL of the same search, prepared', q: 'everybody', bare: true },
  { name: 'same term in one conversation', q: 'everybody', inConversation: true },
  { name: 'common term', q: 'w12' },
  { name: 'three common terms', q: 'w1 w2 w3' },
  { name: 'twelve common terms', q: 'w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12' },
  { name: 'two Chinese characters', q: '你好' },
  { name: 'rare term', q: 'needle' },
  { name: 'bare SQL of the rare term, prepared', q: 'needle', bare: true },
];

/** A user in 300 of 3,000 conversations with 1,000,000 messages searches over REST, beside the bare SQL. */
export async function search(environment: BenchEnvironment): Promise<Report> {
  const server = await environment.startServer();
  const [user] = await connectUsers(server.url, 1);
  const conversationId = await fillMessages(environment, user!.id);
  const read = signedFetch(server.url, 'bench-0');
  const pool = environment.barePool();
  const hits = new Map<string, number>();
  const subjects: Subject[] = [];
  for (const { name, q, inConversation, bare } of QUESTIONS) {
    const searchQuery = {
      userId: user!.id,
      terms: tokenizeQuery(q),
      ...(inConversation ? { conversationId } : {}),
    };
    hits.set(name, (await bareSearch(pool, { ...searchQuery, limit: 1_000_000 })).length);
    const where = inConversation ? `&conversationId=${conversationId}` : '';
    const path = `/v1/search/messages?q=${encodeURIComponent(q)}&limit=${PAGE}${where}`;
    const run: Operation = bare
      ? async () => void (await bareSearch(pool, { ...searchQuery, limit: PAGE + 1 }))
      : async () => void (await read(path));
    subjects.push({ name, server: bare ? ownProcess : server, operations: [run] });
  }
  const samples = await interleaved(environment, subjects);
  await pool.end();
  const lines = [...samples].map(([name, { p50, p95, p99, serverMicros, postgresMicros }]) => [
    name,
    integer(hits.get(name)!),
    ...[p50, p95, p99].map(short),
    ...[serverMicros, postgresMicros].map(integer),
  ]);
  const [thisServer, bare] = QUESTIONS.map(({ name }) => samples.get(name)!.p50);
  const head = ['', 'hits', 'p50 ms', 'p95 ms', 'p99 ms', 'server CPU µs', 'PostgreSQL CPU µs'];
  return {
    title: 'search in 1,000,000 messages by a user in 300 of 3,000 conversations, over REST',
    table: `${table(head, lines)}\n\n${await indexing(environment, server)}`,
    verdicts: [
      ...QUESTIONS.filter((question) => !question.bare && hits.get(question.name)! <= MAX_HITS).map(
        ({ name }) => atMost(MAX_MS, `${name}, p95 ms`, samples.get(name)!.p95),
      ),
      atMost(2, 'p50 relative to its bare SQL', thisServer! / bare!),
    ],
  };
}

function integer(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}

/** The statements of the server, prepared, without the rest of the request. */
async function bareSearch(pool: Pool, searchQuery: SearchQuery): Promise<unknown[]> {
  const query = async (text: string, values: unknown[]): Promise<object[]> =>
    (await pool.query<object>({ name: statementName(text), text, values })).rows;
  const queryPage = (limit: number, toSql: (limit: number) => string, values: unknown[]): Promise<object[]> =>
    query(toSql(limit), values);
  const repository = new SearchRepository({ query, queryPage } as unknown as Database);
  return (await new SearchResultsService(repository).findResults(searchQuery)).results;
}

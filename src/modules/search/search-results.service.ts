import { Injectable } from '@nestjs/common';
import { LAST_ID } from '../../kernel/paging/cursor.js';
import {
  SearchRepository,
  type ResultPosition,
  type SearchBlockRow,
  type SearchQuery,
} from './search.repository.js';

export interface SearchResults {
  /** At most as many as the limit of the query, newest first. */
  results: ResultPosition[];
  /** Position after which the search goes on; undefined when all blocks were read or the results are as many as the limit. */
  stoppedAt?: ResultPosition;
}

/** Blocks listed by one statement, and read by one. */
const [LISTED_BLOCKS, BATCH_SIZE] = [1_000, 250];
/** Blocks read for one page, of which a rare word may need all: two million messages. */
const MAX_BLOCKS = 2_000;

/**
 * Reads the index block by block, those with the newest messages first, until the page is full. The cost of a
 * frequent word is a few blocks, for any number of hits.
 */
@Injectable()
export class SearchResultsService {
  constructor(private readonly repository: SearchRepository) {}

  async findResults(query: SearchQuery): Promise<SearchResults> {
    let results: ResultPosition[] = [];
    let readCount = 0;
    let blocks = await this.repository.listSearchBlocks(query, undefined, LISTED_BLOCKS);
    while (blocks.length > 0) {
      const [next] = blocks as [SearchBlockRow];
      const last = results[query.limit - 1];
      if (last && last.created_at > next.last_at) break;
      if (readCount >= MAX_BLOCKS && !isAfter(next, query.after)) return stopBefore(next, results);
      const batch = blocks.slice(0, BATCH_SIZE);
      const found = await this.repository.findInBlocks(query, batch, last?.created_at);
      results = mergeResults(results, found.results, query.limit);
      readCount += found.blockCount;
      const lastRead = blocks[found.blockCount - 1];
      blocks = blocks.slice(found.blockCount);
      if (blocks.length === 0)
        blocks = await this.repository.listSearchBlocks(query, lastRead, LISTED_BLOCKS);
    }
    return { results };
  }
}

/** Results that no unread block precedes, and the position before which the unread blocks begin. */
function stopBefore({ last_at }: SearchBlockRow, results: readonly ResultPosition[]): SearchResults {
  return {
    results: results.filter(({ created_at }) => created_at > last_at),
    stoppedAt: { created_at: last_at, seq: Number.MAX_SAFE_INTEGER, message_id: LAST_ID },
  };
}

/** Whether a block reaches beyond the beginning of the page, so that a page that ends there would make no progress. */
function isAfter({ last_at }: SearchBlockRow, position: ResultPosition | undefined): boolean {
  return position !== undefined && last_at >= position.created_at;
}

function mergeResults(
  results: readonly ResultPosition[],
  others: readonly ResultPosition[],
  limit: number,
): ResultPosition[] {
  return [...results, ...others].sort(compareNewestFirst).slice(0, limit);
}

function compareNewestFirst(one: ResultPosition, other: ResultPosition): number {
  const difference = other.created_at.getTime() - one.created_at.getTime() || other.seq - one.seq;
  return difference || (one.message_id < other.message_id ? 1 : -1);
}

import { Injectable } from '@nestjs/common';
import { Database } from '../../kernel/database/database.js';
import type { ColumnsOf } from '../../kernel/database/row-of.js';
import { roundUpLimit } from '../../kernel/database/statement-names.js';
import { FIRST_ID, LAST_ID } from '../../kernel/paging/cursor.js';
import { toPrefixQuery } from '../../kernel/text/tokenizer.js';
import type { MessageType } from '../conversations/dto/message-preview.dto.js';
import type { SearchBlock } from './entities/search-index.entity.js';

/** Position in the results: newest first; within one instant by seq, then id. */
export interface ResultPosition {
  created_at: Date;
  seq: number;
  message_id: string;
}

export interface SearchQuery {
  userId: string;
  /** Terms of which each must begin a term of the message. */
  terms: readonly string[];
  conversationId?: string;
  senderId?: string;
  type?: MessageType;
  from?: Date;
  to?: Date;
  after?: ResultPosition;
  limit: number;
}

/** Block of the index that may contain results before `last_at`. */
export type SearchBlockRow = ColumnsOf<SearchBlock, 'conversation_id' | 'block' | 'last_at'>;

export interface BlockResults {
  /** Results of the read blocks: of each block the newest, as many as the limit of the query or more. */
  results: ResultPosition[];
  /** Number of blocks that were read completely, from the first on. At least one. */
  blockCount: number;
}

/** Number of terms, longest first, that the index is probed for. The other terms filter the found rows. */
const MAX_PROBED_TERMS = 4;
/** Stands for the prefix of a block in the text of a tsquery. A term contains no space. */
const PREFIX = ' ';
const [FIRST_INSTANT, LAST_INSTANT] = ['-infinity', 'infinity'];

/** Full-text index of messages: blocks of 1,024 messages of a conversation, and the terms of their messages. */
@Injectable()
export class SearchRepository {
  constructor(private readonly database: Database) {}

  /** Blocks of the user's conversations that may contain results, those with the newest messages first. */
  listSearchBlocks(
    { userId, conversationId, from, to, after }: SearchQuery,
    lastBlock: SearchBlockRow | undefined,
    limit: number,
  ): Promise<SearchBlockRow[]> {
    const end = [after?.created_at, to].filter((date) => date !== undefined);
    return this.database.query(
      `SELECT block.conversation_id, block.block, block.last_at
       FROM conversation_members membership JOIN search_blocks block ON block.conversation_id = membership.conversation_id
       WHERE membership.user_id = $1 AND (SELECT deleted_at IS NULL FROM conversations WHERE id = membership.conversation_id)
         ${conversationId ? 'AND membership.conversation_id = $8' : ''}
         AND block.first_at <= $2 AND block.last_at >= $3
         AND (block.last_at, block.conversation_id, block.block) < ($4, $5::uuid, $6::integer)
       ORDER BY block.last_at DESC, block.conversation_id DESC, block.block DESC LIMIT $7`,
      [
        userId,
        end.length > 0 ? new Date(Math.min(...end.map(Number))) : LAST_INSTANT,
        from ?? FIRST_INSTANT,
        lastBlock?.last_at ?? LAST_INSTANT,
        lastBlock?.conversation_id ?? LAST_ID,
        lastBlock?.block ?? 0,
        limit,
        ...(conversationId ? [conversationId] : []),
      ],
    );
  }

  /**
   * Newest results of each block, one index probe a block, until twice as many as the limit are found. LATERAL with LIMIT reads
   * the blocks in their order, and none after that. With `since` only results from then on.
   */
  async findInBlocks(
    { terms, senderId, type, from, to, after, limit }: SearchQuery,
    blocks: readonly SearchBlockRow[],
    since: Date | undefined,
  ): Promise<BlockResults> {
    const longest = [...terms].sort((one, other) => other.length - one.length);
    const maxPerBlock = roundUpLimit(limit);
    const rows = await this.database.query<ResultPosition & { ordinal: number }>(
      `SELECT probed.ordinal::integer, found.*
       FROM unnest($1::uuid[], $2::integer[]) WITH ORDINALITY AS probed (conversation_id, block, ordinal)
       CROSS JOIN LATERAL (
         SELECT created_at, seq, message_id FROM message_search
         WHERE terms @@ ${blockQuery('$3')} AND conversation_id = probed.conversation_id
           AND ($4::text IS NULL OR terms @@ ${blockQuery('$4')})
           AND ($5::uuid IS NULL OR sender_id = $5) AND ($6::text IS NULL OR type = $6)
           AND created_at >= $7 AND created_at < $8 AND (created_at, seq, message_id) < ($9, $10::bigint, $11::uuid)
         ORDER BY created_at DESC, seq DESC, message_id DESC LIMIT ${maxPerBlock}
       ) found LIMIT ${2 * maxPerBlock}`,
      [
        blocks.map(({ conversation_id }) => conversation_id),
        blocks.map(({ block }) => block),
        toPrefixQuery(longest.slice(0, MAX_PROBED_TERMS), PREFIX),
        toPrefixQuery(longest.slice(MAX_PROBED_TERMS), PREFIX) || null,
        senderId,
        type,
        since ?? from ?? FIRST_INSTANT,
        to ?? LAST_INSTANT,
        after?.created_at ?? LAST_INSTANT,
        after?.seq ?? 0,
        after?.message_id ?? FIRST_ID,
      ],
    );
    if (rows.length < 2 * maxPerBlock) return { results: rows, blockCount: blocks.length };
    const lastOrdinal = rows.at(-1)!.ordinal;
    return { results: rows.filter(({ ordinal }) => ordinal < lastOrdinal), blockCount: lastOrdinal - 1 };
  }
}

/** SQL of the tsquery of a parameter for the terms of the probed block. */
function blockQuery(parameter: string): string {
  return `replace(${parameter}, '${PREFIX}', search_prefix(probed.conversation_id, probed.block))::tsquery`;
}

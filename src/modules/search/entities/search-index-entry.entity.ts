import { Entity, PrimaryColumn } from 'typeorm';

/** Queued message. Triggers on messages insert it; the indexer deletes it. */
@Entity('search_index_queue')
export class SearchIndexQueue {
  /** Without a foreign key, which would slow down sending. Entries of deleted messages are removed by the indexer. */
  @PrimaryColumn({ type: 'uuid' })
  messageId: string;
}

import { Entity, PrimaryColumn } from 'typeorm';

/** A message whose text is to be read for its words. Triggers of messages write it; whoever has read it deletes it. */
@Entity('search_index_queue')
export class SearchIndexQueue {
  /** No foreign key: a send would pay for it, and of a message that is gone there is nothing to read. */
  @PrimaryColumn({ type: 'uuid' })
  messageId: string;
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Search index of terms, which finds beginnings of words and reads one block of messages at a time. All texts and file
 * names are indexed again, newest first, while the server runs.
 */
export class SearchTerms1796061600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE message_search;
      CREATE TABLE message_search (
        message_id uuid PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
        conversation_id uuid NOT NULL,
        seq bigint NOT NULL,
        sender_id uuid,
        type text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        terms tsvector NOT NULL
      );
      CREATE INDEX message_search_terms_idx ON message_search USING gin (terms) WITH (fastupdate = off);
      CREATE TABLE search_blocks (
        conversation_id uuid NOT NULL,
        block integer NOT NULL,
        first_at timestamptz(3) NOT NULL,
        last_at timestamptz(3) NOT NULL,
        PRIMARY KEY (conversation_id, block)
      );
      INSERT INTO search_index_queue SELECT id FROM messages WHERE content IS NOT NULL OR media IS NOT NULL
      ON CONFLICT DO NOTHING`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE search_blocks, message_search;
      CREATE TABLE message_search (
        message_id uuid PRIMARY KEY REFERENCES messages ON DELETE CASCADE,
        conversation_id uuid NOT NULL,
        seq bigint NOT NULL,
        sender_id uuid,
        type text NOT NULL,
        created_at timestamptz(3) NOT NULL,
        keys bigint[] NOT NULL
      );
      CREATE INDEX message_search_keys_idx ON message_search USING gin (keys) WITH (fastupdate = off);
      INSERT INTO search_index_queue SELECT id FROM messages WHERE content IS NOT NULL ON CONFLICT DO NOTHING`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Positions from which receipts count, and indexes of the messages that an unread count leaves out. Members and subscribers of
 * before this migration count from the first message on.
 */
export class ReadPositions1796056100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE conversation_members ADD joined_seq bigint NOT NULL DEFAULT 0;
      ALTER TABLE thread_subscriptions ADD subscribed_seq bigint NOT NULL DEFAULT 0;
      CREATE INDEX message_flags_hidden_idx ON message_flags (conversation_id, user_id, seq) WHERE hidden_at IS NOT NULL;
      CREATE INDEX messages_calls_idx ON messages (conversation_id, seq) WHERE type = 'call'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP INDEX messages_calls_idx;
      DROP INDEX message_flags_hidden_idx;
      ALTER TABLE thread_subscriptions DROP subscribed_seq;
      ALTER TABLE conversation_members DROP joined_seq`);
  }
}

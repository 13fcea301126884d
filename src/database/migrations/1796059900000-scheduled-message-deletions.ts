import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createQueue, dropQueue } from '../../kernel/jobs/queues.js';

/** Deletions of finished scheduled messages, the index that finds these, and the queue of the job that deletes them. */
export class ScheduledMessageDeletions1796059900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE scheduled_message_deletions (
        sender_id uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
        version bigint NOT NULL
      );
      CREATE INDEX scheduled_messages_finished_idx ON scheduled_messages (updated_at) WHERE state <> 'scheduled'`);
    await createQueue(runner, 'scheduled_message.cleanup');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropQueue(runner, 'scheduled_message.cleanup');
    await runner.query('DROP INDEX scheduled_messages_finished_idx; DROP TABLE scheduled_message_deletions');
  }
}

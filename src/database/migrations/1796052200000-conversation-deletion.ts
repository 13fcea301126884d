import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createQueue, dropQueue } from '../../kernel/jobs/queues.js';

/** Adds the time of deletion of a conversation, and the queue of the jobs that delete its rows. */
export class ConversationDeletion1796052200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE conversations ADD COLUMN deleted_at timestamptz(3)');
    await createQueue(runner, 'conversation.delete_rows');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropQueue(runner, 'conversation.delete_rows');
    await runner.query('DELETE FROM conversations WHERE deleted_at IS NOT NULL');
    await runner.query('ALTER TABLE conversations DROP COLUMN deleted_at');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Index of the main timeline: pages of history without thread replies. */
export class MainTimeline1796056000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Without IS TRUE the planner prefers messages_thread_root_id_seq_idx and reads every message that is in no thread.
    await runner.query(
      `CREATE INDEX messages_main_idx ON messages (conversation_id, seq) WHERE (thread_root_id IS NULL) IS TRUE`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX messages_main_idx`);
  }
}

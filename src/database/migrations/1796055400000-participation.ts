import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createQueue, dropQueue } from '../../kernel/jobs/queues.js';

/** Adds the socket that holds a place in a call, and the queue of the consequences of a deactivation. */
export class Participation1796055400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE call_participants ADD COLUMN socket_id text
      CONSTRAINT call_participants_socket_id_check
        CHECK (socket_id IS NULL OR char_length(socket_id) BETWEEN 1 AND 64 AND state = 'joined')`);
    await createQueue(runner, 'user.deactivated');
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropQueue(runner, 'user.deactivated');
    await runner.query('ALTER TABLE call_participants DROP COLUMN socket_id');
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createQueue, dropQueue } from '../../kernel/jobs/queues.js';

const QUEUES = ['user.activated', 'conversation.hand_over'];

/** Adds the queues of the handover of conversations without an active owner, and the index of owners. */
export class Handover1796062600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX conversation_members_owner_idx ON conversation_members (conversation_id) WHERE role = 'owner'`,
    );
    for (const name of QUEUES) await createQueue(runner, name);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of QUEUES) await dropQueue(runner, name);
    await runner.query('DROP INDEX conversation_members_owner_idx');
  }
}

import { readFileSync } from 'node:fs';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createQueue } from '../../kernel/jobs/queues.js';

const QUEUES = [
  'jobs.maintain',
  'scheduled_message.send',
  'attachment.cleanup',
  'poll.close',
  'call.timeout',
  'call.timeout_sweep',
];

/** All tables of version 0.1 and the schema of pg-boss. Later changes are migrations of their own. */
export class Baseline1763769600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(read('up'));
    await runner.query(read('pgboss'));
    for (const queue of QUEUES) await createQueue(runner, queue);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(read('down'));
  }
}

function read(part: 'up' | 'pgboss' | 'down'): string {
  return readFileSync(`${__dirname}/1763769600000-baseline.${part}.sql`, 'utf8');
}

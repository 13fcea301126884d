import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createQueue, dropQueue } from '../../kernel/jobs/queues.js';

const QUEUE = 'thread.subscribe_members';

/** Adds the queue of the jobs that subscribe the members of a conversation to a thread in parts. */
export class MentionsOfAll1796065200000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return createQueue(runner, QUEUE);
  }

  down(runner: QueryRunner): Promise<void> {
    return dropQueue(runner, QUEUE);
  }
}

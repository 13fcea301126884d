import type { MigrationInterface, QueryRunner } from 'typeorm';

const CHECK = 'conversations_dm_pair_check';
const pairCheck = (operator: '<' | '<='): string =>
  `CHECK (CASE WHEN type = 'dm' THEN dm_user_low IS NOT NULL AND dm_user_high IS NOT NULL AND dm_user_low ${operator} dm_user_high
     ELSE dm_user_low IS NULL AND dm_user_high IS NULL END)`;

/** DM of a user with itself: notes with one member. */
export class NotesToOneself1796056200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE conversations DROP CONSTRAINT ${CHECK}, ADD CONSTRAINT ${CHECK} ${pairCheck('<=')}`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM conversations WHERE dm_user_low = dm_user_high;
      ALTER TABLE conversations DROP CONSTRAINT ${CHECK}, ADD CONSTRAINT ${CHECK} ${pairCheck('<')}`);
  }
}

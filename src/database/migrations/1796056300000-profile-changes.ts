import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Time of the last change of a profile, which sync reports to users of shared conversations. */
export class ProfileChanges1796056300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE users ADD profile_changed_at timestamptz(3);
      CREATE INDEX users_profile_changed_at_idx ON users (profile_changed_at) WHERE profile_changed_at IS NOT NULL`);
  }

  /** The index goes with its column. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP profile_changed_at');
  }
}

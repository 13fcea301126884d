import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the epochs of the database and the list of the server processes that use it. */
export class EpochsAndNodes1796055500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE database_epochs (
      epoch uuid PRIMARY KEY,
      origin text NOT NULL,
      started_at timestamptz(3) NOT NULL DEFAULT now()
    )`);
    await runner.query(
      'CREATE TABLE server_nodes (node_id uuid PRIMARY KEY, seen_at timestamptz(3) NOT NULL)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE server_nodes');
    await runner.query('DROP TABLE database_epochs');
  }
}
